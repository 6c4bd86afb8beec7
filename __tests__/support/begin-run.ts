export { makeFolderOfRun as default } from "./run-folder";
