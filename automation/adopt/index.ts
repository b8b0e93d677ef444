export { type AdoptReport, reportOf } from "./report.ts";
export { type AdoptOptions, survey } from "./survey.ts";
export { endingOf, takeOver } from "./takeOver.ts";
export { countText, surveyText } from "./text.ts";
