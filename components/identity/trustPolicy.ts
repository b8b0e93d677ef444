/**
 * A trust policy, as JSON, that lets an EKS service assume the role for the pods or controllers that it acts for.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
 * @see https://docs.aws.amazon.com/eks/latest/userguide/capability-role.html
 */
export const trustPolicy = (service: "pods.eks.amazonaws.com" | "capabilities.eks.amazonaws.com"): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: ["sts:AssumeRole", "sts:TagSession"] }],
  });
