export { comparablePolicies, policyStatements, samePolicy } from "./policyDocument.ts";
