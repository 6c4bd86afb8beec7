import { readFileSync } from "node:fs";
import { join } from "node:path";
import { images } from "../../config/images";
import { imageSizes } from "../../bench/measured/images";
import { imageName } from "../../constructs/core/image-content";
import { describeOnEngine } from "./support/describe";
import { datalabJson, stackFolder } from "./support/datalab";
import { apply } from "./support/terraform";
import { deploysEverything, environmentName } from "./support/workspace";

/**
 * Most that each of our own images may have above its base, in MB, uncompressed: what it measures and a tenth more.
 * The base is not counted, because its size is its publisher's, and several share one.
 */
const bounds: Readonly<Record<string, number>> = {
  jupyterhub: 285,
  airflow: 330,
  mlflow: 185,
  prefect: 198,
  notebook: 600,
  spark: 320,
  streamlit: 370,
};

/** The hub that runs servers itself has the parts of two others, and no stack builds it where the engine makes containers. */
const own = Object.values(images)
  .filter((image) => image.kind === "own")
  .filter((image) => image !== images.jupyterhubProcess);

/** Those that the tests' environment builds. */
const built = own.filter(({ name }) => deploysEverything || ["mlflow", "spark"].includes(name));

describeOnEngine("our own images", () => {
  let stacks: readonly string[];

  beforeAll(() => {
    const { environments } = datalabJson("synth", "--env", environmentName) as { environments: { stacks: string[] }[] };
    stacks = environments
      .flatMap(({ stacks }) => stacks)
      .filter((id) => id.endsWith("-images"))
      .map((id) => stackFolder(id.slice(environmentName.length + 1)));
    for (const folder of stacks) apply(folder);
  });

  it("are those that the environment's stacks build", () => {
    const described = stacks.map((folder) => readFileSync(join(folder, "cdk.tf.json"), "utf8")).join("\n");
    expect(own.filter((image) => described.includes(`"${imageName(image, undefined)}"`))).toEqual(built);
  });

  it("all have a bound", () => {
    expect(own.map(({ name }) => name).sort()).toEqual(Object.keys(bounds).sort());
  });

  it.each(built)("$name is no larger than its bound", async (image) => {
    const build = {
      id: image.name,
      address: "",
      name: imageName(image, undefined),
      base: imageName(image.base, undefined),
    };
    const [size] = await imageSizes([build]);
    expect(size?.aboveMegabytes).toBeLessThanOrEqual(bounds[image.name] ?? 0);
  });
});
