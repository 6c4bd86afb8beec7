import Modem from "docker-modem";

/** One call of the engine's API that is answered with JSON, or with nothing. */
export interface Call {
  readonly method?: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>>;
}

const done = { 200: true, 201: true, 204: true };

/**
 * Makes a call. By the library that dockerode stands on: dockerode itself loads gRPC, for builds that no command runs,
 * and takes longer for that than a whole `status`.
 *
 * @throws the library's error, with `statusCode` when the engine refused.
 */
export function callEngine<T>(options: Modem.ConstructorOptions, { method = "GET", path, query }: Call): Promise<T> {
  return new Promise((resolve, reject) => {
    new Modem(options).dial(
      // Only a path that ends like this gets the query, and without a body the query would be posted once more.
      {
        path: query === undefined ? path : `${path}?`,
        method,
        statusCodes: done,
        options: { _query: query ?? {}, _body: {} },
      },
      (error: Error | null, answer: unknown) => {
        if (error) reject(error);
        else resolve(answer as T);
      },
    );
  });
}
