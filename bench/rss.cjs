// Preloaded into a measured process: writes its peak memory, in KiB, where the benchmark looks for it.
process.on("exit", () => {
  require("node:fs").writeFileSync(process.env.BENCH_RSS_FILE, String(process.resourceUsage().maxRSS));
});
