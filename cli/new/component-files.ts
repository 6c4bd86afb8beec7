import { className, type ComponentRequest, imageKey } from "./request";

/** The component's own file. */
export function componentText(request: ComponentRequest): string {
  const { name, image, port, operatorPort, healthPath, healthTool, metricsPath, memoryMiB } = request;
  const published = operatorPort === undefined ? "" : `, operatorPort: ${operatorPort}`;
  const metrics =
    metricsPath === undefined
      ? `{ none: "${notLookedInto}: whether it shows metrics" }`
      : `{ endpoint: this.web, path: "${metricsPath}" }`;
  return `import type { Construct } from "constructs";
import { images } from "../../config/images";
import { Component } from "../core/component";

/** Runs ${image}. */
export class ${className(name)} extends Component {
  readonly web = this.endpoint("web", { port: ${port}, scheme: "http"${published} });

  constructor(scope: Construct, id = "${name}") {
    super(scope, id);
    this.run({
      image: images.${imageKey(name)},
      env: {},
      endpoints: [this.web],
      health: { http: this.web, path: "${healthPath}", tool: "${healthTool}" },
      // With how little memory it starts is not measured yet, so that no environment may give it less than this.
      resources: { cpus: 0.5, memoryMiB: ${memoryMiB}, minimumMemoryMiB: ${memoryMiB} },
      stopGraceSeconds: 20,
      observability: {
        metrics: ${metrics},
        alerts: { none: "${notLookedInto}: what should wake somebody up" },
        dashboard: { none: "${notLookedInto}: what somebody wants to see of it" },
      },
    });
  }
}
`;
}

/** What a person writes of the component, to begin with. */
export function partText({ name, group, image }: ComponentRequest): string {
  const title = name.charAt(0).toUpperCase() + name.slice(1).replaceAll("-", " ");
  return `# ${title}

Runs \`${image}\`.

## First use

\`\`\`sh
./datalab up ${group}
./datalab urls
./datalab services logs ${name}
\`\`\`

## Upgrade notes

Put the new tag into \`config/images.ts\`; \`./datalab plan\` says what \`up\` would replace.
`;
}

/** Begins reasons that nobody has thought about. `npm run validate`, and with it CI, refuses them. */
export const notLookedInto = "not looked into yet";

/** The component's test. */
export function testText({ name, group, port, healthPath, memoryMiB, operatorPort }: ComponentRequest): string {
  const groups = [...new Set(["core", group])].map((one) => `"${one}"`).join(", ");
  const ports =
    operatorPort === undefined ? "" : `expect.objectContaining({ internal: ${port}, external: ${operatorPort} })`;
  const title = operatorPort === undefined ? "is reached inside the platform only" : "is published to the operator";
  return `import { synthesiseInput } from "../support/synth";

describe("${name}", () => {
  const { stacks } = synthesiseInput({ name: "lab", target: "docker", groups: [${groups}] });
  const container = stacks["lab-${group}"]?.resource?.["docker_container"]?.["${name}"];

  it("is asked at its own port whether it is well", () => {
    expect(JSON.stringify(container?.["healthcheck"])).toContain(":${port}${healthPath}");
  });

  it("gets no more memory than it may have", () => {
    expect(container).toHaveProperty("memory", ${memoryMiB});
  });

  it("${title}", () => {
    expect(container).toHaveProperty("ports", [${ports}]);
  });
});
`;
}
