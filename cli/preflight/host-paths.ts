import { existsSync } from "node:fs";
import type { ContainerDescription } from "../model/description";
import type { Finding } from "./capacity";

/**
 * The folders and sockets of the engine's machine that containers see and that are not there. Engines in a machine
 * of their own (Docker Desktop) have them where nobody can look from here, so what is missing is a warning; the folder
 * with the engine's data is told by the engine itself, and another one holds no logs.
 *
 * @param dataRoot the folder with the engine's data, as the engine tells it
 * @param local whether the engine shares this machine's files
 */
export function hostFindings(
  environment: string,
  containers: readonly ContainerDescription[],
  dataRoot: string,
  local: boolean,
): Finding[] {
  const visible = local && existsSync(dataRoot);
  const wanted = new Map(
    containers.flatMap(({ service, hostPaths }) =>
      hostPaths.map(({ path, purpose }) => [path, { service, purpose }] as const),
    ),
  );
  return [...wanted].flatMap(([path, { service, purpose }]): Finding[] => {
    const file = `config/environments/${environment}.ts`;
    if (purpose === "container-logs" && path !== `${dataRoot}/containers`) {
      return [
        {
          level: "problem",
          text: `host: ${service} reads the logs below ${path}, and the engine keeps its data in ${dataRoot}. Set engine.dataRoot to it in ${file}.`,
        },
      ];
    }
    if (!visible || existsSync(path)) return [];
    return [
      {
        level: "warning",
        text: `host: ${service} needs ${path} of the engine's machine, and this one has none. If they are the same machine, set engine.socket or engine.dataRoot in ${file}.`,
      },
    ];
  });
}
