import { existsSync } from "node:fs";
import type { ContainerDescription } from "../model/description";
import type { Finding } from "./capacity";

/**
 * The folders and sockets of the engine's machine that containers see and that are not there. Engines in a machine
 * of their own (Docker Desktop) have them where nobody can look from here; with these only the folder with the
 * engine's data, which the engine tells itself, is compared.
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
  const wanted = new Map(containers.flatMap(({ service, hostPaths }) => hostPaths.map((path) => [path, service])));
  return [...wanted].flatMap(([path, service]): Finding[] => {
    const file = `config/environments/${environment}.ts`;
    if (path.endsWith("/containers") && path !== `${dataRoot}/containers`) {
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
        level: "problem",
        text: `host: ${service} needs ${path} of the engine's machine, which is not there. Set engine.socket or engine.dataRoot in ${file}.`,
      },
    ];
  });
}
