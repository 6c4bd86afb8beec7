import { describeOnEngine } from "../support/describe";
import { datalabJson, secret, stackFolder, type Status, succeed } from "../support/datalab";
import { engine, execute, inspect } from "../support/engine";
import { Person } from "../support/jupyterhub";
import { metricsShown } from "../support/metrics";
import { plannedChanges } from "../support/terraform";
import { environmentName } from "../support/workspace";

/** Writes a Delta table on the cluster and reads it back; prints how many rows, and who worked. */
const useCluster = `
import os, socket, time
from pyspark.sql import SparkSession
table = "s3a://" + os.environ["LAKE_GOLD"] + "/checks/notebook"
spark = SparkSession.builder.getOrCreate()
spark.range(1000).write.format("delta").mode("overwrite").save(table)
def host(_):
    time.sleep(0.5)
    return [socket.gethostname()]
hosts = set(spark.sparkContext.parallelize(range(12), 12).mapPartitions(host).collect())
print(spark.read.format("delta").load(table).count(), socket.gethostname() in hosts, len(hosts) > 0)
try:
    spark.range(1).write.format("delta").save("s3a://" + os.environ["LAKE_BRONZE"] + "/checks/notebook")
    print("wrote in bronze")
except Exception as error:
    print("AccessDenied" if "Forbidden" in str(error) or "AccessDenied" in str(error) else str(error)[:2000])
spark.stop()
`;

describeOnEngine("JupyterHub", () => {
  let admin: Person;
  const ada = new Person("ada", "correct-horse-battery");
  const bob = new Person("bob", "staple-horse-battery");

  beforeAll(() => {
    succeed("up", "visualization", "processing");
    admin = new Person("admin", secret("jupyterhub.administrator-password"));
  });

  it("is healthy, and a second look finds nothing to do", () => {
    const { components } = datalabJson("status") as Status;
    expect(components.find(({ component }) => component === "jupyterhub")).toMatchObject({ health: "healthy" });
    for (const part of ["visualization-images", "visualization"]) expect(plannedChanges(stackFolder(part))).toEqual([]);
  });

  it("lets nobody in who has signed up and was not approved", async () => {
    expect(await ada.signUp()).toContain("Your information has been sent to the admin");
    expect(await ada.logIn()).toBe(false);
    expect(await admin.logIn()).toBe(true);
    expect(await admin.approve("ada")).toBe(302);
    expect(await ada.logIn("wrong-horse-battery")).toBe(false);
    expect(await ada.logIn()).toBe(true);
  });

  it("refuses weak passwords, and an administrator's name to others", async () => {
    expect(await new Person("eve", "123qweasdzxc").signUp()).toMatch(/Something went wrong/);
    expect(await new Person("eve", "short").signUp()).toMatch(/Something went wrong/);
    expect(await new Person("admin", "correct-horse-battery").signUp()).toMatch(/already in use/);
  });

  it("gives a user a container with limits, a home, and no secrets in its description", async () => {
    await ada.startServer();
    const info = await inspect(`${environmentName}-notebook-ada`);
    expect(info?.HostConfig).toMatchObject({
      Memory: 1280 * 1024 * 1024,
      CpuQuota: 100_000,
      CpuPeriod: 100_000,
      CapDrop: ["ALL"],
    });
    expect(info?.Mounts.map(({ Name, Destination }) => [Name, Destination])).toEqual([
      [`${environmentName}-notebook-ada`, "/home/notebook"],
    ]);
    const described = JSON.stringify(info);
    expect(described).not.toMatch(/JUPYTERHUB_API_TOKEN|AWS_SECRET/);
    for (const id of ["jupyterhub.jupyterhub-users-object-store-key", "spark.authentication"]) {
      expect(described).not.toContain(secret(id));
    }
    const ticket = info?.Config.Env.find((line) => line.startsWith("DATALAB_SESSION_TICKET="))?.split("=")[1] ?? "";
    const again = `import urllib.request as u; u.urlopen("http://jupyterhub:8081/hub/session", data=b"${ticket}")`;
    const answer = await execute(`${environmentName}-notebook-ada`, ["python3", "-c", again]);
    expect(ticket).not.toBe("");
    expect(answer.output).toContain("HTTP Error 403");
    const { components } = datalabJson("status") as { components: { component: string; spawned?: number }[] };
    expect(components.find(({ component }) => component === "jupyterhub")).toMatchObject({ spawned: 1 });
  });

  it("runs a notebook's session on the cluster, with the rights of a user", async () => {
    const { exitCode, output } = await ada.run(useCluster);
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: "1000 False True\nAccessDenied\n" });
  });

  it("keeps users out of each other's servers and homes", async () => {
    expect(await ada.run('open("/home/notebook/diary.txt", "w").write("dear diary")')).toMatchObject({ exitCode: 0 });
    await bob.signUp();
    await admin.approve("bob");
    expect(await bob.logIn()).toBe(true);
    await bob.startServer();
    const { exitCode, output } = await bob.run('import os; print(os.path.exists("/home/notebook/diary.txt"))');
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: "False\n" });
    expect((await bob.run("print(1)", "ada")).output).toMatch(/HTTP 403/);
    expect((await bob.api("GET", "/users/ada")).status).toBe(404);
    const volume = await engine.getVolume(`${environmentName}-notebook-bob`).inspect();
    expect(volume.Labels).toMatchObject({ "datalab.environment": environmentName });
  });

  it("shows every metric that its rules and its dashboard ask for, and only to who has the token", async () => {
    await metricsShown(["core", "visualization"], "visualization", /\bjupyterhub_\w+/g);
    const read = "import urllib.request as u; u.urlopen('http://localhost:8081/hub/metrics')";
    const answer = await execute(`${environmentName}-jupyterhub`, ["python", "-c", read]);
    expect(answer.output).toContain("HTTP Error 403");
  });
});
