/** Path of the repository's top as seen from a stack's directory, in which Terraform runs. */
export const topFromStack = "../../..";
