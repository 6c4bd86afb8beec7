import { S3Client } from "@aws-sdk/client-s3";
import { Kafka, logLevel } from "kafkajs";
import { Client } from "pg";
import { secret } from "./datalab";
import { portOffset } from "./workspace";

/** A host's port of the tests' environment, by the port that the component asks for. */
export function hostPort(port: number): number {
  return port + portOffset;
}

/** A client of the object store with one account. */
export function objectStore(accessKeyId: string, secretAccessKey: string): S3Client {
  return new S3Client({
    endpoint: `http://localhost:${hostPort(9000)}`,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
}

/** The object store with all rights. */
export function rootStore(): S3Client {
  return objectStore("root", secret("minio.root-password"));
}

/** A client of the brokers, from outside. */
export function kafka(): Kafka {
  return new Kafka({ brokers: [`localhost:${hostPort(9092)}`], logLevel: logLevel.NOTHING, retry: { retries: 8 } });
}

/** Puts a message on a topic from outside, and makes the topic where there is none. */
export async function produce(topic: string, value: string): Promise<void> {
  const client = kafka();
  const admin = client.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }] });
  await admin.disconnect();
  const producer = client.producer();
  await producer.connect();
  await producer.send({ topic, messages: [{ value }] });
  await producer.disconnect();
}

/** Runs one statement, as PostgreSQL's administrator if nobody else is named. */
export async function sql(
  statement: string,
  database = "postgres",
  login = { user: "postgres", password: secret("postgres.admin-password") },
): Promise<Record<string, unknown>[]> {
  const client = new Client({ host: "localhost", port: hostPort(5432), database, ...login });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** An answer of Consul's API, with all rights. */
export async function consul<T>(path: string): Promise<T> {
  const headers = { "X-Consul-Token": secret("consul.management-token") };
  const response = await fetch(`http://localhost:${hostPort(8500)}${path}`, { headers });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
