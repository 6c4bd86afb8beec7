import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { hostPort, objectStore } from "../support/clients";
import { datalab, secret, succeed, workspace } from "../support/datalab";
import { describeOnEngine } from "../support/describe";
import { engine, execute, inspect } from "../support/engine";
import { Person } from "../support/jupyterhub";
import { eventually } from "../support/wait";
import { baseConfiguration, environmentName, writeEnvironment } from "../support/workspace";

const home = `${environmentName}-notebook-ada`;

/** Names of the volumes that users' servers have. */
async function homes(): Promise<string[]> {
  const { Volumes } = await engine.listVolumes({ filters: { name: [`${environmentName}-notebook-`] } });
  return Volumes.map(({ Name }) => Name);
}

/** What the hub answers to a scrape with a token. */
async function scrape(token: string): Promise<string> {
  const request = `import sys, urllib.request as u; print(u.urlopen(u.Request("http://localhost:8081/hub/metrics", headers={"Authorization": "Bearer " + sys.argv[1]})).status)`;
  const { output } = await execute(`${environmentName}-jupyterhub`, ["python", "-c", request, token]);
  return output.trim().split("\n").at(-1) ?? "";
}

describeOnEngine("JupyterHub over days", () => {
  const ada = new Person("ada", "correct-horse-battery");
  const administrator = (): Person => new Person("admin", secret("jupyterhub.administrator-password"));

  beforeAll(async () => {
    writeEnvironment(workspace(), {
      ...baseConfiguration,
      groups: ["core", "visualization"],
      components: { without: ["kafka", "kafka-ui", "redis"] },
      jupyterhub: { idleMinutes: 1 },
    });
    succeed("up", "visualization");
    await ada.signUp();
    const admin = administrator();
    await admin.logIn();
    await admin.approve("ada");
    expect(await ada.logIn()).toBe(true);
  });

  it("stops a server that nobody uses, and gives its user the same home again", async () => {
    await ada.startServer();
    expect(await ada.run('open("diary.txt", "w").write("dear diary")')).toMatchObject({ exitCode: 0 });
    await eventually("the idle server to be stopped", 240, () => ada.hasServer(false));
    expect(await inspect(home)).toBeUndefined();
    await ada.startServer();
    expect(await ada.run('print(open("diary.txt").read())')).toEqual({ exitCode: 0, output: "dear diary\n" });
  });

  it("takes new secrets and refuses the old ones, while servers go on", async () => {
    await ada.startServer();
    const running = (await inspect(home))?.Id;
    const names = ["administrator-password", "metrics-token", "cookie-secret", "jupyterhub-database-password"];
    const ids = [...names.map((name) => `jupyterhub.${name}`), "jupyterhub.jupyterhub-users-object-store-key"];
    const [oldPassword = "", oldToken = "", , , oldKey = ""] = ids.map(secret);
    succeed("secrets", "rotate", ...ids);
    succeed("up");
    expect((await inspect(home))?.Id).toBe(running);
    expect(await administrator().logIn(oldPassword)).toBe(false);
    expect(await administrator().logIn()).toBe(true);
    expect(await scrape(oldToken)).toMatch(/403/);
    expect(await scrape(secret("jupyterhub.metrics-token"))).toBe("200");
    const gold = new ListObjectsV2Command({ Bucket: "gold" });
    await expect(objectStore("jupyterhub-users", oldKey).send(gold)).rejects.toThrow();
    const key = secret("jupyterhub.jupyterhub-users-object-store-key");
    expect((await objectStore("jupyterhub-users", key).send(gold)).$metadata.httpStatusCode).toBe(200);
    const page = await fetch(`http://localhost:${hostPort(8000)}/hub/login`);
    expect(page.status).toBe(200);
  });

  it("goes down with its users' containers and without their homes", async () => {
    await ada.startServer();
    succeed("down", "visualization");
    expect(await inspect(home)).toBeUndefined();
    expect(await homes()).toContain(home);
    succeed("up", "visualization");
    expect(await ada.logIn()).toBe(true);
    await ada.startServer();
    expect(await ada.run('print(open("diary.txt").read())')).toEqual({ exitCode: 0, output: "dear diary\n" });
  });

  it("loses homes to both keys only", async () => {
    expect(datalab("destroy", "--data", "--confirm", "another").exitCode).toBe(2);
    expect(await homes()).toContain(home);
    succeed("destroy", "--data", "--confirm", environmentName);
    expect(await inspect(home)).toBeUndefined();
    expect(await homes()).toEqual([]);
  });
});
