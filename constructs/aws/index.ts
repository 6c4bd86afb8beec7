import type { PlatformEnvironment } from "../core/environment";
import type { Target } from "../core/target";
export declare class AwsTarget implements Target {
  constructor(environment: PlatformEnvironment);
  groupStack: Target["groupStack"];
  serviceRegistry: Target["serviceRegistry"];
  sqlDatabase: Target["sqlDatabase"];
  objectStore: Target["objectStore"];
  messageBroker: Target["messageBroker"];
  cache: Target["cache"];
}
