#!/bin/sh
# Makes the buckets BUCKETS, names with spaces between them, and turns their versioning on.
for bucket in $BUCKETS; do
  mc --quiet mb --ignore-existing "store/$bucket"
  mc --quiet version enable "store/$bucket"
done
