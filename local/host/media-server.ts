import { listen } from "../http.ts";
import type { Listening } from "../http.ts";
import type { Clients } from "./aws/clients.ts";
import { readObject } from "./aws/clients.ts";
import type { Distribution } from "./resources/deployment.ts";

/**
 * Stands in for a CloudFront distribution on a loopback port. It serves the objects of one bucket under
 * their keys, with the headers of the distribution's policy, and refuses every path before `serve`. Not
 * AWS: plain http, no cache, no ranges.
 */
export async function openMediaServer(port: number) {
  let find: (key: string) => ReturnType<typeof readObject> = async () => undefined;
  let served: Pick<Distribution, "headers" | "methods"> = { headers: {}, methods: [] };
  const server: Listening = await listen(
    async ({ method, path }) => {
      const { headers, methods } = served;
      const key = methods.includes(method) ? keyOf(path) : "";
      const object = key === "" ? undefined : await find(key);
      if (object !== undefined) {
        return { status: 200, body: object.body, headers: { ...object.headers, ...headers } };
      }
      // A caller that may not list a bucket does not learn that an object is missing: S3 answers 403 for
      // that, too.
      // @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
      return {
        status: 403,
        body: "<Error><Code>AccessDenied</Code></Error>",
        headers: { ...headers, "content-type": "application/xml" },
      };
    },
    port,
    "MEDIA_PORT",
  );
  return {
    ...server,
    serve({ bucket, ...others }: Distribution, { s3 }: Clients): void {
      find = (key) => readObject(s3, bucket, key);
      served = others;
    },
  };
}

function keyOf(path: string): string {
  try {
    const key = decodeURIComponent(new URL(path, "http://media").pathname).slice(1);
    return /(^|\/)\.{1,2}(\/|$)/.test(key) ? "" : key;
  } catch {
    return "";
  }
}
