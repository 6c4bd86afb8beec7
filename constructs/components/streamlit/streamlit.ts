import type { Construct } from "constructs";
import { images } from "../../../config/images";
import { Component } from "../../core/component";
import { folder } from "../../core/folder";
import { late, text } from "../../core/reference";
import { platformList } from "./platform-list";
import { fullBytes, streamlitDashboard } from "./streamlit-dashboard";

const passwordFile = "/opt/datalab/conf/password";
const platformFile = "/opt/datalab/conf/platform.json";

/** Streamlit: a first page with the platform's components and their health, and pages of one's own, behind a log-in. */
export class Streamlit extends Component {
  readonly web = this.endpoint("web", { port: 8501, scheme: "http", operatorPort: 8501 });
  readonly password = this.secret("password");

  constructor(scope: Construct, id = "streamlit") {
    super(scope, id);
    this.run({
      image: images.streamlit,
      entrypoint: ["streamlit"],
      command: ["run", "/opt/datalab/app/app.py"],
      env: {
        DATALAB_PASSWORD_FILE: passwordFile,
        DATALAB_PLATFORM_FILE: platformFile,
        // Without it, Streamlit asks a machine on the internet for its own address at every start.
        STREAMLIT_BROWSER_SERVER_ADDRESS: this.web.from("operator").host,
      },
      endpoints: [this.web],
      files: {
        [passwordFile]: { content: text`${this.password}`, uid: 1001 },
        [platformFile]: { content: late(() => platformList(this.environment, this.groupStack)) },
      },
      trees: { "/opt/datalab/pages": folder("workloads/streamlit") },
      health: { http: this.web, path: "/_stcore/health", tool: "python", intervalSeconds: 2 },
      resources: { cpus: 0.5, memoryMiB: 384, minimumMemoryMiB: 256 },
      stopGraceSeconds: 15,
      readOnlyRoot: { none: "its password is put into the root file system before it starts" },
      processInit: true,
      observability: {
        metrics: { endpoint: this.web, path: "/_stcore/metrics" },
        alerts: [
          {
            alert: "StreamlitMemoryFilling",
            expr: `sum(cache_memory_bytes) > ${fullBytes}`,
            forSeconds: 300,
            severity: "warning",
            summary: "Sessions and caches of Streamlit's pages hold much memory; the container may run out of it",
            runbook:
              "The dashboard shows which cache grows. Give it a `ttl` or `max_entries` in its page, or give Streamlit more memory under `sizes`; `./datalab restart streamlit` empties all of them and ends all sessions.",
          },
        ],
        dashboard: streamlitDashboard,
      },
      logins: [{ endpoint: this.web, user: "anybody", password: this.password }],
    });
  }
}
