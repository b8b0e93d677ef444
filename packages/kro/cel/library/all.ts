import { CIDRS } from "./cidr.ts";
import { CONVERSIONS } from "./conversions.ts";
import { ENCODERS } from "./encoders.ts";
import type { Overload } from "./functions.ts";
import { HASHES } from "./hash.ts";
import { IPS } from "./ip.ts";
import { JSON_FUNCTIONS } from "./json.ts";
import { LISTS } from "./lists.ts";
import { MAPS } from "./maps.ts";
import { OPTIONALS } from "./optionals.ts";
import { QUANTITIES } from "./quantity.ts";
import { RANDOM } from "./random.ts";
import { RUNTIME } from "./runtime.ts";
import { SEMVERS } from "./semver.ts";
import { STRINGS } from "./strings.ts";
import { URLS } from "./url.ts";

/** The functions that are kro's own here, and not those of cel-js. */
export const FUNCTIONS: readonly Overload[] = [
  ...[...CONVERSIONS, ...ENCODERS, ...HASHES, ...JSON_FUNCTIONS, ...LISTS],
  ...[...MAPS, ...OPTIONALS, ...RANDOM, ...STRINGS],
  ...[...QUANTITIES, ...URLS, ...IPS, ...CIDRS, ...SEMVERS, ...RUNTIME],
];
