"""Python runs this file by itself when its folder is on PYTHONPATH: additions to the AWS test endpoint.

moto 5.2.5 keeps replication groups of ElastiCache without the nodes that they consist of, never finishes deleting
them, and cannot delete subnet groups; Terraform's provider reads all three. Its ECS services have the same number of
running tasks, whatever was wanted: here every service has what it wants, so that waiting for it ends. And a backup
vault cannot tell what is in it, which is asked before it is deleted. CloudFormation makes a private DNS namespace,
which moto's knows as a resource of its own only. Functions of Lambda are run, by the
Python of this server, against this server. Tasks that somebody starts end at once. While the file FAILING exists, they
end badly, and every new deployment of a service is taken back, as ECS does it. Buckets are served without TLS, on which
their policies insist.
"""
import base64
import io
import json
import os
import subprocess
import sys
import zipfile

try:
    from moto.awslambda.models import LambdaBackend
    from moto.backup import urls as backup_urls
    from moto.backup.responses import BackupResponse
    from moto.core.common_models import CloudFormationModel
    from moto.core.responses import ActionResult
    from moto.ec2.models.elastic_network_interfaces import NetworkInterface
    from moto.ecs.models import EC2ContainerServiceBackend, Service
    from moto.elasticache.models import ElastiCacheBackend
    from moto.elasticache.responses import ElastiCacheResponse
    from moto.iam.access_control import IAMPolicyStatement, PermissionResult
    from moto.servicediscovery.models import servicediscovery_backends
except ImportError:  # while the server's own environment is being made
    ElastiCacheBackend = None

FAILING = os.environ.get("DATALAB_MOTO_FAILING", "")

NODE_FIELDS = (
    "az_mode preferred_availability_zone num_cache_nodes network_type ip_discovery snapshot_name"
    " preferred_maintenance_window notification_topic_arn snapshot_window auth_token outpost_mode"
    " preferred_outpost_arn preferred_availability_zones cache_security_group_names tags snapshot_arns"
    " preferred_outpost_arns log_delivery_configurations cache_node_ids_to_remove cache_node_ids_to_reboot"
).split()


def patch():
    create, delete = ElastiCacheBackend.create_replication_group, ElastiCacheBackend.delete_replication_group

    def create_replication_group(self, **given):
        # moto counts replicas only, and takes the number of nodes for nothing.
        nodes = given.get("num_cache_clusters") or 1
        group = create(self, **{**given, "replicas_per_node_group": nodes - 1})
        for node in group.member_clusters:
            cluster = self.create_cache_cluster(
                **{field: given.get(field) for field in NODE_FIELDS},
                cache_cluster_id=node,
                replication_group_id=group.replication_group_id,
                cache_node_type=group.cache_node_type,
                engine=group.engine,
                engine_version=f"{group.engine_version}.0" if group.engine_version else "7.1.0",
                cache_parameter_group_name=group.cache_parameter_group_name,
                cache_subnet_group_name=group.cache_subnet_group_name,
                transit_encryption_enabled=group.transit_encryption_enabled,
                port=group.port,
                auto_minor_version_upgrade=group.auto_minor_version_upgrade,
                snapshot_retention_limit=group.snapshot_retention_limit,
                security_group_ids=group.security_group_ids,
            )
            cluster.cache_parameter_group = {"CacheParameterGroupName": group.cache_parameter_group_name}
            cluster.security_groups = [
                {"SecurityGroupId": id_, "Status": "active"} for id_ in group.security_group_ids or []
            ]
            cluster.at_rest_encryption_enabled = group.at_rest_encryption_enabled
        return group

    def delete_replication_group(self, replication_group_id, retain_primary_cluster):
        nodes = list(self.replication_groups[replication_group_id].member_clusters) if (
            replication_group_id in self.replication_groups
        ) else []
        group = delete(self, replication_group_id, retain_primary_cluster)
        del self.replication_groups[replication_group_id]
        for node in nodes:
            self.cache_clusters.pop(node, None)
        return group

    def delete_cache_subnet_group(self):
        self.elasticache_backend.cache_subnet_groups.pop(self._get_param("CacheSubnetGroupName"), None)
        return ActionResult({})

    def list_recovery_points_by_backup_vault(self):
        return json.dumps({"RecoveryPoints": []})

    BackupResponse.list_recovery_points_by_backup_vault = list_recovery_points_by_backup_vault
    backup_urls.url_paths["{0}/backup-vaults/(?P<vault>[^/]+)/recovery-points/?$"] = BackupResponse.dispatch

    start = Service.__init__

    def start_all(self, *args, **given):
        os.environ["MOTO_ECS_SERVICE_RUNNING"] = str(given["desired_count"])
        start(self, *args, **given)

    update = EC2ContainerServiceBackend.update_service

    def update_service(self, properties):
        wanted = {key: value for key, value in properties.items() if key != "task_definition"}
        return update(self, wanted if os.path.exists(FAILING) else properties)

    # moto adds up the memory of containers, and stumbles over those that leave it to the task.
    EC2ContainerServiceBackend._calculate_task_resource_requirements = staticmethod(
        lambda task_definition: {"CPU": 0, "MEMORY": 0, "PORTS": [], "PORTS_UDP": []}
    )
    # Asked of the network interface of every task.
    NetworkInterface.private_dns_name = ""
    run = EC2ContainerServiceBackend.run_task

    def run_task(self, *args, **given):
        tasks = run(self, *args, **given)
        for task in tasks:
            task.last_status = task.desired_status = "STOPPED"
            task.stopped_reason = "Essential container in task exited"
            for container in task.containers:
                container.exitCode = 1 if os.path.exists(FAILING) else 0
        return tasks

    def invoke(self, function_name, qualifier, body, headers, response_headers):
        packed = base64.b64decode(self.get_function(function_name, qualifier).code["ZipFile"])
        with zipfile.ZipFile(io.BytesIO(packed)) as files:
            code = files.read(files.namelist()[0]).decode()
        call = (
            f"{code}\nimport sys\n"
            "class Context:\n    def get_remaining_time_in_millis(self): return 60000\n"
            "print(json.dumps(handler(json.loads(sys.stdin.read()), Context())))"
        )
        body = body.decode() if isinstance(body, bytes) else body
        done = subprocess.run(
            [sys.executable, "-c", f"import json\n{call}"], input=body, capture_output=True, text=True,
            env={
                **os.environ, "PYTHONPATH": "", "AWS_ENDPOINT_URL": os.environ["DATALAB_MOTO_URL"],
                "AWS_DEFAULT_REGION": self.region_name, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
            },
        )
        if done.returncode == 0:
            return done.stdout.strip().encode()
        response_headers["x-amz-function-error"] = "Unhandled"
        return json.dumps({"errorMessage": done.stderr.strip().splitlines()[-1]}).encode()

    class PrivateDnsNamespace(CloudFormationModel):
        # moto derives the service from it.
        __module__ = "moto.servicediscovery.models"

        @staticmethod
        def cloudformation_name_type():
            return "Name"

        @staticmethod
        def cloudformation_type():
            return "AWS::ServiceDiscovery::PrivateDnsNamespace"

        @classmethod
        def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **given):
            properties = cloudformation_json["Properties"]
            backend = servicediscovery_backends[account_id][region_name]
            known = set(backend.namespaces)
            backend.create_private_dns_namespace(
                resource_name, "cloudformation", properties["Description"], properties["Vpc"], [],
                properties["Properties"],
            )
            namespace = cls()
            namespace.physical_resource_id = (set(backend.namespaces) - known).pop()
            return namespace

        def delete(self, account_id, region_name):
            servicediscovery_backends[account_id][region_name].delete_namespace(self.physical_resource_id)

    permitted = IAMPolicyStatement.is_action_permitted

    def is_action_permitted(self, *args, **given):
        if "aws:SecureTransport" in json.dumps(self._statement.get("Condition")):
            return PermissionResult.NEUTRAL
        return permitted(self, *args, **given)

    IAMPolicyStatement.is_action_permitted = is_action_permitted
    EC2ContainerServiceBackend.update_service = update_service
    EC2ContainerServiceBackend.run_task = run_task
    LambdaBackend.invoke = invoke
    Service.__init__ = start_all
    ElastiCacheBackend.create_replication_group = create_replication_group
    ElastiCacheBackend.delete_replication_group = delete_replication_group
    ElastiCacheResponse.delete_cache_subnet_group = delete_cache_subnet_group


if ElastiCacheBackend is not None:
    patch()
