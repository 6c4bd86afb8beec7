import tseslint from "typescript-eslint";

/** Modules of a provider are loaded singly: the package's root takes seconds and half a gigabyte. */
const providerRoots = {
  group: ["@cdktf/provider-docker", "@cdktf/provider-aws"],
  message: "Import the class itself, for example @cdktf/provider-docker/lib/container.",
};
const anyProvider = {
  group: ["@cdktf/provider-*", "@cdktf/provider-*/**"],
  message: "Providers belong to constructs/docker and constructs/aws.",
};

export default tseslint.config(
  { ignores: ["node_modules/", "cdktf.out/", ".datalab/", "coverage/"] },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/consistent-type-imports": ["error", { disallowTypeAnnotations: false }],
      // Resources of Terraform exist by being constructed.
      "no-new": "off",
      "no-console": "error",
      "no-restricted-imports": ["error", { patterns: [anyProvider] }],
      "no-restricted-properties": [
        "error",
        {
          property: "parentPath",
          message: "Node 20.9 does not have it; ask for names, and join them with the folder.",
        },
      ],
    },
  },
  {
    files: ["constructs/docker/**/*.ts", "constructs/aws/**/*.ts", "__tests__/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        { paths: providerRoots.group.map((name) => ({ name, message: providerRoots.message })) },
      ],
    },
  },
);
