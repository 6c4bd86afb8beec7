import type { Dashboard } from "../../core/dashboard";

/** Memory, in bytes, that sessions and caches of pages may hold before it is a warning: half of what is left to them. */
export const fullBytes = 128 * 1024 * 1024;

export function streamlitDashboard(): Dashboard {
  return {
    title: "Streamlit",
    panels: [
      {
        title: "Memory of sessions and caches",
        queries: [{ expr: "sum by (cache_type) (cache_memory_bytes)", legend: "{{cache_type}}" }],
        unit: "bytes",
        thresholds: [{ from: fullBytes, severity: "warning" }],
      },
      {
        title: "Sessions' own memory",
        queries: [{ expr: 'sum(cache_memory_bytes{cache_type="st_session_state"})', legend: "sessions" }],
        unit: "bytes",
      },
      {
        title: "Largest caches of pages",
        queries: [
          { expr: 'topk(10, sum by (cache) (cache_memory_bytes{cache_type="st_cache_data"}))', legend: "{{cache}}" },
        ],
        unit: "bytes",
      },
    ],
  };
}
