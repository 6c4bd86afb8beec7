import { describeOnEngine } from "../support/describe";
import { hostPort } from "../support/clients";
import { secret, stackFolder, succeed } from "../support/datalab";
import { streamlitSession as session } from "../support/streamlit";
import { plannedChanges } from "../support/terraform";
import { eventually } from "../support/wait";

const page = "your_first_page";

describeOnEngine("visualization", () => {
  beforeAll(() => {
    succeed("up", "visualization");
  });

  it.each(["visualization-images", "visualization"])("leaves nothing to do in %s", (part) => {
    expect(plannedChanges(stackFolder(part))).toEqual([]);
  });

  it("shows no page without the log-in, whatever address is opened", async () => {
    const form = ["heading", "text_input", "button"];
    const { first, platform, [page]: own } = await session("", "platform", page);
    expect([first?.kinds, platform?.kinds, own?.kinds]).toEqual([form, form, form]);
  });

  it("refuses a wrong password", async () => {
    const { tried, [page]: own } = await session("wrong", page);
    expect(tried?.texts).toContain("This is not the password.");
    expect(own?.kinds).not.toContain("slider");
  });

  it("shows services with their health, and pages of one's own, to those who know the password", async () => {
    const minio = `| minio | healthy | api \`localhost:${hostPort(9000)}\` · [console](http://localhost:${hostPort(9001)}/) |`;
    await eventually("MinIO's health on the first page", 60, async () => {
      const { tried, [page]: own } = await session(secret("streamlit.password"), page);
      expect(own?.kinds).toContain("slider");
      const tables = tried?.texts.join("\n") ?? "";
      if (!tables.includes(minio)) throw new Error(`not shown: ${minio}\n${tables}`);
      return true;
    });
  });

  it("answers scrapes, and tells strangers nothing", async () => {
    const url = `http://localhost:${hostPort(8501)}`;
    expect(await (await fetch(`${url}/_stcore/metrics`)).text()).toContain("# TYPE cache_memory_bytes gauge");
    expect(await (await fetch(url)).text()).not.toContain("minio");
  });
});
