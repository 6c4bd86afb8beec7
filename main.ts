import { App } from "cdktf";
import { synthesise } from "./stacks/synthesise";

synthesise(new App());
