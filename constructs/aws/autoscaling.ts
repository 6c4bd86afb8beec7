import { AppautoscalingPolicy } from "@cdktf/provider-aws/lib/appautoscaling-policy";
import { AppautoscalingTarget } from "@cdktf/provider-aws/lib/appautoscaling-target";
import type { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import type { Service } from "../core/component-record";
import type { Autoscaling, ServiceSpec } from "../core/service-spec";
import { add } from "./resource";

/** Seconds without a further change after tasks came or went. */
const scaleOutCooldown = 60;
const scaleInCooldown = 300;

/** The bounds between which a service is scaled; undefined where its number is fixed. */
export function scalingOf({ replicas }: Pick<ServiceSpec, "replicas">): Autoscaling | undefined {
  if (replicas === undefined || typeof replicas === "number" || replicas.min === replicas.max) return undefined;
  return replicas;
}

/** The number of tasks to begin with. */
export function desiredCount({ replicas }: Pick<ServiceSpec, "replicas">): number {
  if (replicas === undefined) return 1;
  return typeof replicas === "number" ? replicas : replicas.desired;
}

/** Scales a service so that its tasks use the CPU that the spec aims at. */
export function autoscale(
  { component, name }: Service,
  scaling: Autoscaling,
  cluster: string,
  service: EcsService,
): void {
  const target = add(AppautoscalingTarget, component, name, {
    serviceNamespace: "ecs",
    scalableDimension: "ecs:service:DesiredCount",
    resourceId: `service/${cluster}/${service.name}`,
    minCapacity: scaling.min,
    maxCapacity: scaling.max,
  });
  add(AppautoscalingPolicy, component, name, {
    name: "cpu",
    policyType: "TargetTrackingScaling",
    serviceNamespace: target.serviceNamespace,
    scalableDimension: target.scalableDimension,
    resourceId: target.resourceId,
    targetTrackingScalingPolicyConfiguration: {
      predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
      targetValue: scaling.targetCpuPercent,
      scaleInCooldown,
      scaleOutCooldown,
    },
  });
}
