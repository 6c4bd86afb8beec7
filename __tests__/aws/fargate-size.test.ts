import { fargateSize } from "../../constructs/aws/fargate-size";

const size = (cpus: number, memoryMiB: number) => fargateSize("prod.sizes.x", { cpus, memoryMiB });

describe("fargateSize", () => {
  it.each([
    [0.1, 128, 256, 512],
    [0.25, 512, 256, 512],
    [0.25, 513, 256, 1024],
    [0.25, 2048, 256, 2048],
    [0.25, 2049, 512, 3072],
    [0.5, 512, 512, 1024],
    [0.6, 100, 1024, 2048],
    [1, 5000, 1024, 5120],
    [2, 3584, 2048, 4096],
    [4, 4096, 4096, 8192],
    [4, 30_721, 8192, 32_768],
    [8, 20_481, 8192, 24_576],
    [16, 122_880, 16_384, 122_880],
  ])("runs %d cores and %d MiB in %d units and %d MiB", (cpus, memory, cpu, memoryMiB) => {
    expect(size(cpus, memory)).toEqual({ cpu, memoryMiB });
  });

  it.each([
    [16.5, 1024],
    [1, 122_881],
  ])("refuses %d cores and %d MiB", (cpus, memory) => {
    expect(() => size(cpus, memory)).toThrow(
      /^prod\.sizes\.x: given .*; allowed: up to 16 cores and 122880 MiB, the largest that Fargate runs\. Give/,
    );
  });
});
