import type { Route } from "../resources/deployment.ts";

/** The route that a request takes. */
export type RouteMatch = Route & {
  readonly pathParameters: Readonly<Record<string, string>>;
};

/**
 * Finds the route as an HTTP API does: first a full path, then one with parameters, then a greedy one,
 * then `$default`. An exact method comes before `ANY`.
 */
export function matchRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): RouteMatch | undefined {
  const ranked = routes.toSorted((left, right) => rank(left) - rank(right));
  for (const route of ranked) {
    if (route.routeKey === "$default") return { ...route, pathParameters: {} };
    const [routeMethod, routePath = ""] = route.routeKey.split(" ");
    if (routeMethod !== "ANY" && routeMethod !== method) continue;
    const found = patternOf(routePath).exec(path);
    if (found === null) continue;
    const parameters = Object.entries(found.groups ?? {});
    return {
      ...route,
      pathParameters: Object.fromEntries(parameters.map(([name, text]) => [name, decode(text)])),
    };
  }
  return undefined;
}

function rank({ routeKey }: Route): number {
  if (routeKey === "$default") return 100;
  const greedy = routeKey.includes("+}") ? 10 : 0;
  const parameters = routeKey.includes("{") ? 2 : 0;
  return greedy + parameters + (routeKey.startsWith("ANY ") ? 1 : 0);
}

function patternOf(routePath: string): RegExp {
  const source = routePath
    .split(/(\{\w+\+?\})/)
    .map((part) => {
      const [, name, plus] = /^\{(\w+)(\+?)\}$/.exec(part) ?? [];
      if (name === undefined) return part.replace(/[.*+?^$()[\]\\|]/g, "\\$&");
      return `(?<${name}>${plus === "+" ? ".+" : "[^/]+"})`;
    })
    .join("");
  return new RegExp(`^${source}/?$`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
