import { AcmCertificate } from "@cdktf/provider-aws/lib/acm-certificate";
import { AcmCertificateValidation } from "@cdktf/provider-aws/lib/acm-certificate-validation";
import { DataAwsRoute53Zone } from "@cdktf/provider-aws/lib/data-aws-route53-zone";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import type { AwsStack } from "./aws-stack";
import { add } from "./resource";

export interface Certificate {
  /** Known once the certificate is valid. */
  readonly arn: string;
  readonly zoneId: string;
}

/** A certificate for all names below the environment's domain, whose zone has to be in Route 53 of the same account. */
export function domainCertificate(stack: AwsStack): Certificate {
  const zone = new DataAwsRoute53Zone(stack, "domain", { name: stack.aws.domain, privateZone: false });
  const certificate = add(AcmCertificate, stack, "domain", {
    domainName: `*.${stack.aws.domain}`,
    validationMethod: "DNS",
    lifecycle: { createBeforeDestroy: true },
  });
  // A set, and one name: the only element of it.
  const proof = (field: string): string => `\${tolist(${certificate.fqn}.domain_validation_options)[0].${field}}`;
  const record = add(Route53Record, stack, "certificate", {
    zoneId: zone.zoneId,
    name: proof("resource_record_name"),
    type: proof("resource_record_type"),
    records: [proof("resource_record_value")],
    ttl: 300,
    allowOverwrite: true,
  });
  const valid = add(AcmCertificateValidation, stack, "domain", {
    certificateArn: certificate.arn,
    validationRecordFqdns: [record.fqdn],
  });
  return { arn: valid.certificateArn, zoneId: zone.zoneId };
}
