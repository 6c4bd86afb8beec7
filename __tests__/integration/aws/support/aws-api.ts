/** Asks the test endpoint as an SDK would, which believes any signature. */
export class AwsApi {
  constructor(
    private readonly endpoint: string,
    private readonly region: string,
  ) {}

  /** An action of a service with the JSON protocol. */
  async json<T>(service: string, target: string, body: object = {}): Promise<T> {
    const text = await this.post(service, JSON.stringify(body), {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": target,
    });
    return JSON.parse(text) as T;
  }

  /** An action of a service with the query protocol; the answer is XML. */
  query(service: string, version: string, action: string, parameters: Record<string, string> = {}): Promise<string> {
    const body = new URLSearchParams({ Action: action, Version: version, ...parameters }).toString();
    return this.post(service, body, { "content-type": "application/x-www-form-urlencoded" });
  }

  /** Reads something of a service that speaks JSON over paths. */
  async get<T>(service: string, path: string): Promise<T> {
    return JSON.parse(await this.ask(service, path, { method: "GET", headers: {} })) as T;
  }

  /** An action of Route 53, which speaks XML over paths. */
  xml(service: string, path: string, body: string): Promise<string> {
    return this.post(service, body, { "content-type": "application/xml" }, path);
  }

  private post(service: string, body: string, headers: Record<string, string>, path: string = "/"): Promise<string> {
    return this.ask(service, path, { method: "POST", headers, body });
  }

  private async ask(
    service: string,
    path: string,
    { headers, ...request }: { method: string; headers: Record<string, string>; body?: string },
  ): Promise<string> {
    const credential = `test/20260101/${this.region}/${service}/aws4_request`;
    const response = await fetch(`${this.endpoint}${path}`, {
      ...request,
      headers: {
        ...headers,
        authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0`,
      },
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${service}: ${response.status} ${text}`);
    return text;
  }
}
