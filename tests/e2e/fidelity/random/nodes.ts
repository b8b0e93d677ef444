import type { DefinitionResource } from "../../../../packages/kro/index.ts";
import type { Draw } from "./draw.ts";
import { Expressions } from "./expressions.ts";
import { INTS, LABELS, STRINGS, type Type, type Variable, within } from "./types.ts";

/** A node, and what others may name of it. */
export interface RandomNode {
  readonly resource: DefinitionResource;
  readonly variables: readonly Variable[];
}

/** A kind of child: its template, and the types of what others may take from it. */
interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly clusterScoped?: boolean;
  /** What is in it besides `metadata`. */
  readonly body: (write: Expressions, draw: Draw) => Record<string, unknown>;
  readonly fields: Readonly<Record<string, Type>>;
}

const pod = (write: Expressions, draw: Draw) => ({
  containers: [
    {
      name: "app",
      image: draw.of("example.com/app:1", "example.com/app:${string(schema.spec.count)}"),
      command: draw.one<unknown>(
        () => ["run", write.template()],
        () => `\${${write.of(STRINGS)}}`,
      ),
      env: draw.some(0, 3, (i) => ({ name: `E${i}`, value: write.template() })),
      resources: draw.of<unknown>({}, { requests: { cpu: "1000m", memory: "0.5Gi" } }),
    },
  ],
});

const KINDS: readonly Kind[] = [
  {
    ...{ apiVersion: "v1", kind: "ConfigMap", fields: { data: LABELS } },
    body: (write, draw) => ({
      data: draw.one<unknown>(
        () => ({ a: write.template(), b: write.template(), "c.yaml": `x: ${write.template()}\n` }),
        () => ({ a: write.template(), b: `\${${write.of("string")}}` }),
        () => `\${${write.of(LABELS)}}`,
      ),
      ...(draw.chance(15) && { immutable: `\${${write.of("bool")}}` }),
    }),
  },
  {
    ...{ apiVersion: "fidelity.example.com/v1", kind: "Free", fields: { spec: "dyn" as const } },
    body: (write, draw) => ({
      spec: {
        ...Object.fromEntries(
          draw.some(1, 5, (i) => [
            `f${i}`,
            draw.one<unknown>(
              () =>
                `\${${write.of(draw.of<Type>("string", "int", "double", "bool", STRINGS, INTS, LABELS, { list: LABELS }))}}`,
              () => write.template(),
              () => draw.of<unknown>(1, 0.5, true, null, "text", [], {}, [1, "a"]),
              () => ({ deep: [{ deeper: write.template() }, `\${${write.of("int")}}`] }),
            ),
          ]),
        ),
      },
    }),
  },
  {
    ...{ apiVersion: "v1", kind: "Secret", fields: {} },
    body: (write) => ({ stringData: { password: write.template(), user: `\${${write.of("string")}}` } }),
  },
  {
    ...{
      apiVersion: "v1",
      kind: "Service",
      fields: { spec: { fields: { ports: { list: { fields: { port: "int" as const } } } } } },
    },
    body: (write, draw) => ({
      spec: {
        selector: { app: "app" },
        ports: [
          {
            name: "http",
            port: draw.one<unknown>(
              () => 80,
              () => "${schema.spec.count + 80}",
            ),
            targetPort: draw.one<unknown>(
              () => 8080,
              () => "http",
              () => "${schema.spec.count + 1}",
            ),
          },
        ],
        ...(draw.chance(20) && { clusterIP: "None" }),
        ...(draw.chance(10) && { publishNotReadyAddresses: `\${${write.of("bool")}}` }),
      },
    }),
  },
  {
    ...{ apiVersion: "apps/v1", kind: "Deployment", fields: { spec: { fields: { replicas: "int" as const } } } },
    body: (write, draw) => ({
      spec: {
        replicas: draw.one<unknown>(
          () => 0,
          () => "${schema.spec.count - schema.spec.count}",
          () => "${schema.spec.count > 2 ? 0 : 1}",
        ),
        paused: draw.one<unknown>(
          () => true,
          () => `\${${write.of("bool")}}`,
        ),
        selector: { matchLabels: { app: "app" } },
        template: {
          metadata: { labels: { app: "app" }, annotations: { note: write.template() } },
          spec: pod(write, draw),
        },
      },
    }),
  },
  {
    ...{ apiVersion: "batch/v1", kind: "CronJob", fields: { spec: { fields: { suspend: "bool" as const } } } },
    body: (write, draw) => ({
      spec: {
        ...{
          schedule: "0 0 1 1 *",
          suspend: draw.one<unknown>(
            () => true,
            () => "${schema.spec.count >= 0}",
          ),
        },
        jobTemplate: {
          spec: {
            backoffLimit: "${schema.spec.count}",
            template: { spec: { restartPolicy: "Never", ...pod(write, draw) } },
          },
        },
      },
    }),
  },
  {
    ...{ apiVersion: "v1", kind: "PersistentVolumeClaim", fields: {} },
    body: (_, draw) => ({
      spec: {
        accessModes: ["ReadWriteOnce"],
        resources: {
          requests: { storage: draw.of<unknown>("1Gi", "0.5Gi", "1000M", "${string(schema.spec.count + 1) + 'Gi'}") },
        },
      },
    }),
  },
  {
    ...{ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", clusterScoped: true, fields: {} },
    body: (write) => ({
      rules: [
        {
          apiGroups: [""],
          resources: ["configmaps"],
          resourceNames: [`\${${write.of("string")}}`, "b"],
          verbs: ["get"],
        },
      ],
    }),
  },
];

/** Whose names are left: ids of nodes are not all as tame as these. */
export const IDS = ["first", "second", "config", "app2", "theThing", "x", "web"] as const;

/** What a node stands in. */
export interface Surroundings {
  readonly id: string;
  /** What it may name: of the schema, and of nodes before it. */
  readonly variables: readonly Variable[];
  /** Instances have no namespace. */
  readonly clusterScoped: boolean;
}

export function randomNode(draw: Draw, { id, variables, clusterScoped }: Surroundings): RandomNode {
  if (draw.chance(8)) return external(draw, id);
  const kind = draw.of(...KINDS, KINDS[0]!, KINDS[1]!);
  const outside = new Expressions(draw, variables);
  const iterators = draw.chance(25) ? forEach(draw, outside) : [];
  const write = new Expressions(draw, [...variables, ...iterators.map(({ name, type }) => ({ path: name, type }))]);
  // What an element is goes into the name by its hash: names are small letters and digits.
  const suffix = iterators.map(({ name }) => `-\${"%x".format([hash.fnv64a(json.marshal(${name}))])}`).join("");
  const name = draw.chance(1)
    ? "${schema.metadata.name}-same"
    : `\${schema.metadata.name}-${id.toLowerCase()}${suffix}`;
  const metadata = {
    name,
    ...(clusterScoped && !kind.clusterScoped && !draw.chance(5) && { namespace: "default" }),
    ...(!clusterScoped && draw.chance(1) && { namespace: "default" }),
    ...(draw.chance(15) && { annotations: { "example.com/note": write.template() } }),
    ...(draw.chance(10) && { labels: { "example.com/count": "${string(schema.spec.count)}" } }),
    ...(draw.chance(1) && { labels: { "kro.run/mine": "x" } }),
  };
  const body = kind.body(write, draw);
  if (kind.kind !== "Free" && draw.chance(1))
    body[draw.of("data", "spec", "extra")] = draw.of<unknown>(1, "text", ["a"], { replicas: "text" });
  const where: Record<string, Type> = kind.clusterScoped || clusterScoped ? {} : { namespace: "string" };
  const own: Record<string, Type> = { ...kind.fields, metadata: { fields: { name: "string", ...where } } };
  const each = iterators.length > 0 ? "each" : id;
  const resource: DefinitionResource = {
    id,
    template: {
      apiVersion: kind.apiVersion,
      kind: kind.kind !== "Free" && draw.chance(1) ? "Nothing" : kind.kind,
      metadata,
      ...body,
    },
    ...(iterators.length > 0 && { forEach: iterators.map(({ name, list }) => ({ [name]: list })) }),
    ...(draw.chance(15) && { includeWhen: draw.some(1, 2, () => `\${${outside.of("bool")}}`) }),
    ...(draw.chance(15) && {
      readyWhen: [
        draw.chance(90) || kind.kind === "Free" ? `\${${each}.metadata.name != ""}` : `\${${each}.metadata.name}`,
      ],
    }),
  };
  const type: Type = { fields: own };
  if (iterators.length > 0)
    return {
      resource,
      variables: [
        { path: `${id}.map(c, c.metadata.name).sort()`, type: STRINGS },
        { path: `${id}.size()`, type: "int" },
      ],
    };
  return {
    resource,
    variables: within({ path: id, type }).filter(({ path }) => path !== id && !path.endsWith(".metadata")),
  };
}

function external(draw: Draw, id: string): RandomNode {
  const one = draw.chance(50);
  const metadata = one
    ? { name: "settings", namespace: "platform" }
    : { namespace: "platform", selector: { matchLabels: { team: "a" } } };
  const resource = { id, externalRef: { apiVersion: "v1", kind: "ConfigMap", metadata } };
  if (one)
    return {
      resource,
      variables: [
        { path: `${id}.data.region`, type: "string" },
        { path: `${id}.metadata.name`, type: "string" },
      ],
    };
  return { resource, variables: [{ path: `${id}.map(c, c.metadata.name).sort()`, type: STRINGS }] };
}

function forEach(draw: Draw, write: Expressions): { name: string; list: string; type: Type }[] {
  return draw.some(1, 2, (i) => {
    const type = draw.of<Type>("string", "int");
    return { name: ["element", "other"][i]!, list: `\${${write.of({ list: type }, 1)}}`, type };
  });
}
