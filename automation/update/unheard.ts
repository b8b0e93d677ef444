import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { isAwsKind, type PulumiError, type ResourceState } from "../stack/index.ts";

/** What an engine's event tells of that Pulumi begins to make in AWS, if it is that. */
export const begunInAws = ({ resourcePreEvent }: EngineEvent): readonly StepEventMetadata[] =>
  resourcePreEvent?.metadata.new && isAwsKind(resourcePreEvent.metadata.type) ? [resourcePreEvent.metadata] : [];

/**
 * What could not be created since it is there already. It may be that a run of the stack had it created: AWS did, and its
 * answer was lost.
 */
export const thereAlready = (begun: readonly StepEventMetadata[], errors: readonly PulumiError[]): ResourceState[] =>
  begun
    .filter(({ op }) => op === "create")
    .filter(({ urn }) =>
      errors.some((error) => error.urn === urn && /EntityAlreadyExists|already exists/.test(error.message)),
    )
    .flatMap((step) => step.new ?? []);
