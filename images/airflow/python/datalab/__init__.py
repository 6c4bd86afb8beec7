"""What the platform adds to Airflow."""
