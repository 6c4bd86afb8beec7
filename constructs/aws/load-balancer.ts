import { Lb } from "@cdktf/provider-aws/lib/lb";
import { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { AwsStack } from "./aws-stack";
import { type Certificate, domainCertificate } from "./certificate";
import type { Network } from "./network";
import { shortName } from "./names";
import { add } from "./resource";
import { bucketName, secureBucket } from "./secure-bucket";

/** The front door: one load balancer with TLS, which finds the component by the host name. */
export class LoadBalancer {
  readonly listenerArn: string;
  readonly securityGroupId: string;

  constructor(
    private readonly stack: AwsStack,
    network: Network,
  ) {
    const certificate = domainCertificate(stack);
    this.securityGroupId = this.openTo(network.vpcId);
    const internal = stack.aws.operatorCidrs.every(isPrivate);
    const balancer = add(Lb, stack, "operators", {
      name: shortName(stack.named("operators"), 32),
      loadBalancerType: "application",
      // Operators who are all in private networks have no use for an address on the internet.
      internal,
      subnets: [...(internal ? network.privateSubnetIds : network.publicSubnetIds)],
      securityGroups: [this.securityGroupId],
      dropInvalidHeaderFields: true,
      enableDeletionProtection: !stack.dataDeletable,
      accessLogs: { bucket: bucketName(stack, "access-logs"), enabled: true },
      dependsOn: this.accessLogs(),
    });
    this.listenerArn = this.listen(balancer, certificate);
    add(Route53Record, stack, "operators", {
      zoneId: certificate.zoneId,
      name: `*.${stack.aws.domain}`,
      type: "A",
      alias: { name: balancer.dnsName, zoneId: balancer.zoneId, evaluateTargetHealth: false },
    });
  }

  private openTo(vpcId: string): string {
    const group = add(SecurityGroup, this.stack, "load-balancer", {
      name: this.stack.named("load-balancer"),
      description: "Operators of the platform",
      vpcId,
      tags: { Name: this.stack.named("load-balancer") },
    });
    for (const cidr of this.stack.aws.operatorCidrs) {
      for (const port of [80, 443]) {
        add(VpcSecurityGroupIngressRule, this.stack, `load-balancer-${port}-from-${cidr.replaceAll(/[./:]/g, "-")}`, {
          securityGroupId: group.id,
          description: `operators, port ${port}`,
          ...(cidr.includes(":") ? { cidrIpv6: cidr } : { cidrIpv4: cidr }),
          ipProtocol: "tcp",
          fromPort: port,
          toPort: port,
        });
      }
    }
    return group.id;
  }

  private accessLogs(): ReturnType<typeof secureBucket> {
    const arn = `arn:${this.stack.partition}:s3:::${bucketName(this.stack, "access-logs")}`;
    return secureBucket(this.stack, this.stack, "access-logs", {
      // Without a key of ours: the load balancer cannot use one.
      data: false,
      expireDays: this.stack.aws.logRetentionDays,
      statements: [
        {
          Sid: "LoadBalancerWrites",
          Effect: "Allow",
          Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
          Action: ["s3:PutObject"],
          Resource: [`${arn}/AWSLogs/${this.stack.account}/*`],
        },
      ],
    });
  }

  private listen(balancer: Lb, certificate: Certificate): string {
    add(LbListener, this.stack, "http", {
      loadBalancerArn: balancer.arn,
      port: 80,
      protocol: "HTTP",
      defaultAction: [{ type: "redirect", redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" } }],
    });
    const https = add(LbListener, this.stack, "https", {
      loadBalancerArn: balancer.arn,
      port: 443,
      protocol: "HTTPS",
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
      certificateArn: certificate.arn,
      defaultAction: [
        {
          type: "fixed-response",
          fixedResponse: { contentType: "text/plain", messageBody: "There is no such component.", statusCode: "404" },
        },
      ],
    });
    return https.arn;
  }
}

/** Whether nobody on the internet has an address in the range (RFC 1918, RFC 4193, RFC 6598). */
function isPrivate(cidr: string): boolean {
  const [first = 0, second = 0] = cidr.split(".").map(Number);
  if (cidr.includes(":")) return /^f[cd]/i.test(cidr);
  return (
    first === 10 ||
    (first === 172 && second >= 16 && second < 32) ||
    (first === 192 && second === 168) ||
    (first === 100 && second >= 64 && second < 128)
  );
}
