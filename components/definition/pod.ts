import type { input, output } from "@pulumi/kubernetes/types/index.js";
import type { CartsStackSpec } from "./cartsSchema.ts";
import { cel, reference } from "./references.ts";

const schema = reference<{ spec: CartsStackSpec }>("schema");
const configMap = reference<output.core.v1.ConfigMap>("configMap");
const serviceAccount = reference<output.core.v1.ServiceAccount>("serviceAccount");

/**
 * Labels that hold every pod of the namespace to what the carts pod itself is. Kubernetes refuses, warns of and audits others.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export const RESTRICTED = {
  "pod-security.kubernetes.io/enforce": "restricted",
  "pod-security.kubernetes.io/warn": "restricted",
  "pod-security.kubernetes.io/audit": "restricted",
};

/**
 * References first: a value may have one within, as `$(NAME)`; and kro 0.9.4 can't add what was computed to a list of the
 * instance's. `dyn`, because CEL adds lists of one type only. A value that is secret stays so by itself.
 */
const env = cel`${schema.spec.environmentFrom}.map(e, {"name": e.name, "valueFrom": {"secretKeyRef": {"name": e.secret, "key": e.key}}}) + dyn(${schema.spec.environment})`;

/** @see https://github.com/distribution/reference: name, tag and digest */
const digest = cel`${schema.spec.imageDigest} == "" ? "" : "@" + ${schema.spec.imageDigest}`;

const probe = (path: string) => ({ httpGet: { path: `/actuator/health/${path}`, port: 8080 } });

/**
 * The carts pod, as the workshop has it, and as the Pod Security Standard `restricted` asks for.
 *
 * @param name - of the container.
 */
export const podSpec = (name: string) =>
  ({
    serviceAccountName: serviceAccount.metadata.name,
    // It never asks the API server. Pod Identity's token is a volume of its own.
    automountServiceAccountToken: false,
    securityContext: { fsGroup: 1000 },
    // preStop, the 30 s that Spring gives its requests, and some to end in.
    terminationGracePeriodSeconds: 45,
    containers: [
      {
        name,
        image: `${schema.spec.image}:${schema.spec.imageVersion}${digest}`,
        imagePullPolicy: "IfNotPresent",
        envFrom: [{ configMapRef: { name: configMap.metadata.name } }],
        env: env as unknown as input.core.v1.EnvVar[],
        ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
        securityContext: {
          capabilities: { drop: ["ALL"] },
          readOnlyRootFilesystem: true,
          runAsNonRoot: true,
          runAsUser: 1000,
          allowPrivilegeEscalation: false,
          seccompProfile: { type: "RuntimeDefault" },
        },
        resources: {
          requests: {
            cpu: schema.spec.resources.requests.cpu,
            memory: schema.spec.resources.requests.memory,
          },
          limits: { memory: schema.spec.resources.limits.memory },
        },
        // Two minutes to start in; the others begin when it has, in place of after the workshop's 15 s and 45 s.
        startupProbe: { ...probe("liveness"), periodSeconds: 1, failureThreshold: 120 },
        readinessProbe: { ...probe("readiness"), periodSeconds: 3 },
        livenessProbe: { ...probe("liveness"), periodSeconds: 3 },
        // Until no node sends requests any more to a pod that is going.
        lifecycle: { preStop: { sleep: { seconds: 5 } } },
        volumeMounts: [{ name: "tmp-volume", mountPath: "/tmp" }],
      },
    ],
    // Memory counts against the container's limit, of which the JVM's heap takes up to three quarters: what Tomcat and the
    // JVM keep there are some hundred KiB, and whatever else fills it ends the pod before it takes the heap's.
    volumes: [{ name: "tmp-volume", emptyDir: { medium: "Memory", sizeLimit: "64Mi" } }],
  }) satisfies input.core.v1.PodSpec;
