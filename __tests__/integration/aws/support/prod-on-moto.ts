import { prod } from "../../../../config/environments/prod";
import type { EnvironmentInput } from "../../../../config/schema";
import { AwsApi } from "./aws-api";
import { type Moto, reasonWithoutMoto } from "./moto";

export const region = "eu-central-1";
const domain = "datalab.example.com";

/** The repository's `prod`, with its state on this machine and data that may be deleted. */
export const input: EnvironmentInput = {
  ...(prod as Extract<EnvironmentInput, { target: "aws" }>),
  region,
  domain,
  state: { kind: "local" },
  dataDeletion: "allowed",
};

/** `describe` for tests against an endpoint that answers like AWS; without one they are skipped, and say why. */
export function describeOnMoto(title: string, tests: () => void): void {
  const reason = reasonWithoutMoto();
  if (reason === undefined) describe(title, tests);
  else describe.skip(`${title} (skipped: ${reason})`, tests);
}

/** The one that moto has. */
export const accountId = "123456789012";

/** An account on the endpoint in which there is the operator's DNS zone: the platform only finds it. */
export async function accountOn(moto: Moto): Promise<AwsApi> {
  const api = new AwsApi(moto.url, region);
  await api.xml(
    "route53",
    "/2013-04-01/hostedzone",
    `<CreateHostedZoneRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Name>${domain}</Name><CallerReference>test</CallerReference></CreateHostedZoneRequest>`,
  );
  return api;
}
