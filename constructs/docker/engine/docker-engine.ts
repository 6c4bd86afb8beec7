import type { PlatformEnvironment } from "../../core/environment";
import type { EngineMode } from "../../core/host-access";
import { text } from "../../core/reference";
import type { Consumer, ContainerEngine, EngineAccess } from "../../core/roles";
import type { DockerGroupStack } from "../docker-group-stack";
import { EngineProxy } from "./engine-proxy";

/** The engine of the Docker host, behind one proxy for each group and mode. */
export class DockerEngine implements ContainerEngine {
  private readonly proxies = new Map<string, EngineProxy>();

  /** @param stackOf the stack of a group */
  constructor(
    private readonly environment: PlatformEnvironment,
    private readonly stackOf: (group: string) => DockerGroupStack,
  ) {}

  access({ name }: Consumer, mode: EngineMode): EngineAccess {
    const { api } = this.proxy(this.environment.component(name).group, mode);
    return { dockerHost: text`tcp://${api}`, url: api.url };
  }

  private proxy(group: string, mode: EngineMode): EngineProxy {
    const id = `engine-${mode}-${group}`;
    const known = this.proxies.get(id);
    if (known) return known;
    const proxy = new EngineProxy(this.stackOf(group), id, mode);
    this.proxies.set(id, proxy);
    return proxy;
  }
}
