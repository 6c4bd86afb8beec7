import type { Component } from "./component";
import type { Expr } from "./reference";
import type { ImageRef } from "./image";

/**
 * An idempotent one-shot that must succeed before the service that needs it starts:
 * create the database, the bucket, the topic.
 */
export interface InitStep {
  /** Unique within the service that needs it, for example `database-mlflow`. */
  readonly name: string;
  readonly image: ImageRef;
  /** POSIX shell script; it may run any number of times. */
  readonly script: string;
  /** Environment of the script. */
  readonly env: Readonly<Record<string, string | Expr>>;
  /** Memory limit in MiB. Default 256. */
  readonly memoryMiB?: number;
}

/** What an identity may do, for targets that know identities (AWS); elsewhere accounts with passwords do this. */
export interface Permission {
  /** Short name of the purpose, for example `bucket-mlflow`. */
  readonly name: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** What stands behind a reference: who provides it, and what must be done before it can be used. */
export interface Need {
  readonly provider: Component;
  readonly init?: readonly InitStep[];
  readonly permissions?: readonly Permission[];
}
