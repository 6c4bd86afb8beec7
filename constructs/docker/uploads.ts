import type { ContainerUpload } from "@cdktf/provider-docker/lib/container";
import { lacksShell } from "../core/image";
import { hasSecret, type Lowering, loneSecret, plainText } from "../core/launch";
import type { Secret } from "../core/reference";
import type { Folder } from "../core/folder";
import type { FileContent, ServiceSpec } from "../core/service-spec";
import { literal } from "../core/terraform-text";
import { secretUpload } from "./secrets";
import { topFromStack } from "./top-from-stack";

/** The files that only a script in the container can write: those with a secret, and those with an owner. */
export function filesToWrite({ files = {}, image }: ServiceSpec): Readonly<Record<string, FileContent>> {
  return lacksShell(image) ? {} : Object.fromEntries(Object.entries(files).filter(([, file]) => isWritten(file)));
}

/** The secrets of a service: for its start script, or, where there is no shell to run one, as the files that they are. */
export function secretUploads(
  environment: string,
  { files = {}, image }: ServiceSpec,
  secrets: readonly Secret[],
): ContainerUpload[] {
  if (!lacksShell(image)) return secrets.map((secret) => secretUpload(environment, secret));
  return Object.entries(files).flatMap(([path, file]) => {
    const secret = loneSecret(file);
    return secret === undefined ? [] : [{ ...secretUpload(environment, secret), file: literal(path) }];
  });
}

/** What is put into the container before it starts: the other files, and folders. */
export function uploadsOf({ files = {}, trees = {} }: ServiceSpec, lowering: Lowering): ContainerUpload[] {
  return [
    ...Object.entries(files)
      .filter(([, file]) => !isWritten(file))
      .map(([path, file]) => fileUpload(path, file, lowering)),
    ...Object.entries(trees).flatMap(([path, folder]) => folderUploads(path, folder)),
  ];
}

function isWritten({ content, uid }: FileContent): boolean {
  return hasSecret(content) || uid !== undefined;
}

function fileUpload(path: string, { content, mode = "0444" }: FileContent, lowering: Lowering): ContainerUpload {
  const bytes = content instanceof Uint8Array;
  return {
    file: literal(path),
    ...(bytes
      ? { contentBase64: Buffer.from(content).toString("base64") }
      : { content: literal(plainText(content, lowering)) }),
    permissions: mode,
  };
}

/** File by file, from where they lie: the provider knows no folders. A hash of each makes an edit a replacement. */
function folderUploads(path: string, { path: folder, files }: Folder): ContainerUpload[] {
  return files.map(({ path: name, executable, content }) => {
    if (content !== undefined)
      return { file: literal(`${path}/${name}`), content: literal(content), permissions: "0444" };
    const source = `${topFromStack}/${folder}/${name}`;
    return {
      file: literal(`${path}/${name}`),
      source: literal(source),
      // A text inside an expression is a template as well.
      sourceHash: `\${filesha256(${JSON.stringify(literal(source))})}`,
      permissions: executable ? "0555" : "0444",
    };
  });
}
