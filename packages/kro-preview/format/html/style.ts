import type { Action } from "../../changes.ts";
import { Html } from "./markup.ts";

/** Colours of a theme, as `#rrggbb`. Text on its ground has a contrast of at least 4.5, which is AA of WCAG 2.2. */
export interface Theme {
  readonly ground: string;
  readonly panel: string;
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly link: string;
  /** Behind the part of a value that differs. */
  readonly marked: { readonly before: string; readonly after: string };
  /** Of each action: its word, what is behind it, and what is around it. */
  readonly actions: Readonly<Record<Action, { readonly text: string; readonly ground: string; readonly line: string }>>;
}

export const LIGHT: Theme = {
  ground: "#ffffff",
  panel: "#f6f8fa",
  text: "#1f2328",
  muted: "#59636e",
  line: "#d1d9e0",
  link: "#0550ae",
  marked: { before: "#ffc1ba", after: "#9be9a8" },
  actions: {
    create: { text: "#116329", ground: "#dafbe1", line: "#1a7f37" },
    update: { text: "#7d4e00", ground: "#fff8c5", line: "#9a6700" },
    replace: { text: "#6639ba", ground: "#f7edff", line: "#8250df" },
    delete: { text: "#a40e26", ground: "#ffebe9", line: "#cf222e" },
    same: { text: "#59636e", ground: "#f6f8fa", line: "#818b98" },
  },
};

export const DARK: Theme = {
  ground: "#0d1117",
  panel: "#151b23",
  text: "#f0f6fc",
  muted: "#9198a1",
  line: "#3d444d",
  link: "#79c0ff",
  marked: { before: "#8e2620", after: "#1f6b35" },
  actions: {
    create: { text: "#56d364", ground: "#12261e", line: "#2ea043" },
    update: { text: "#e3b341", ground: "#272115", line: "#bb8009" },
    replace: { text: "#d2a8ff", ground: "#231a3a", line: "#a371f7" },
    delete: { text: "#ff8f87", ground: "#2a1619", line: "#f85149" },
    same: { text: "#9198a1", ground: "#151b23", line: "#768390" },
  },
};

const variables = ({ marked, actions, ...colours }: Theme): string =>
  [
    ...Object.entries(colours),
    ...Object.entries(marked).map(([side, colour]) => [`marked-${side}`, colour]),
    ...Object.entries(actions).flatMap(([action, parts]) =>
      Object.entries(parts).map(([part, colour]) => [`${action}-${part}`, colour]),
    ),
  ]
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(";");

const actionRules = Object.keys(LIGHT.actions)
  .map((name) => `.${name}{--t:var(--${name}-text);--g:var(--${name}-ground);--l:var(--${name}-line)}`)
  .join("\n");

/** All of the page's style. It draws nothing from elsewhere. */
export const STYLE = new Html(`
:root{color-scheme:light dark;${variables(LIGHT)}}
@media (prefers-color-scheme:dark){:root{${variables(DARK)}}}
${actionRules}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
main,header,footer{max-width:76rem;margin:0 auto;padding:0 1.5rem}
header{padding-top:1.75rem}
footer{color:var(--muted);font-size:.85rem;padding-bottom:3rem;margin-top:3rem}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .75rem;overflow-wrap:anywhere}
h2{font-size:1.2rem;margin:2.25rem 0 .75rem;padding-bottom:.3rem;border-bottom:1px solid var(--line)}
h3{font-size:1rem;margin:0;display:inline;overflow-wrap:anywhere}
h4{font-size:.85rem;margin:1.25rem 0 .4rem;color:var(--muted);font-weight:600}
p{margin:.5rem 0}
ul{margin:0;padding:0;list-style:none}
a{color:var(--link)}
code,pre{font:.875em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
code,pre,.say{direction:ltr;unicode-bidi:isolate;overflow-wrap:anywhere}
h1 code,h3 code{font-size:.95em}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:4px}
.heard{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.muted{color:var(--muted)}
.chips{display:flex;flex-wrap:wrap;gap:.5rem;margin:.5rem 0}
.chip,.sign,.tag{display:inline-block;color:var(--t);background:var(--g);border:1px solid var(--l);white-space:nowrap}
.chip{border-radius:2rem;padding:.15rem .8rem;font-weight:600}
.sign{border-radius:5px;padding:0 .45rem;font-size:.8rem;font-weight:600;min-width:5.6rem;text-align:center}
.tag{border-radius:5px;padding:0 .45rem;font-size:.8rem;font-weight:600;margin-left:.35rem}
details[open]>summary>.tag{display:none}
.child>summary>*{margin-right:.25rem}
.size{font-size:.85rem}
.notice{border:1px solid var(--update-line);background:var(--update-ground);border-radius:8px;padding:.6rem 1rem}
.alarm{border:1px solid var(--delete-line);border-left-width:5px;background:var(--delete-ground);border-radius:8px;padding:.6rem 1rem;margin:.6rem 0}
.alarm strong{color:var(--delete-text)}
.alarm ul{margin-top:.3rem}
.alarm li{padding:.2rem 0}
.alarm li+li{border-top:1px solid var(--line)}
summary{cursor:pointer}
.instance{border:1px solid var(--line);border-radius:10px;margin:0 0 1rem}
.instance>summary{padding:.7rem 1rem;background:var(--panel);border-radius:10px}
.instance[open]>summary{border-bottom:1px solid var(--line);border-radius:10px 10px 0 0}
.within{padding:.25rem 1rem 1rem}
.inner{border-left:3px solid var(--line);margin:.5rem 0 .75rem}
.inner>summary{padding:.3rem 1rem}
.inner>.within:target{outline:3px solid var(--link);border-radius:4px}
.graph{overflow-x:auto;margin:.75rem -.25rem;padding:.25rem}
.graph svg{display:block}
.child{border:1px solid var(--line);border-left:5px solid var(--l);border-radius:6px;margin:.5rem 0}
.child>summary{padding:.4rem .75rem;overflow-wrap:anywhere}
.child>div{padding:.25rem .75rem .75rem;border-top:1px solid var(--line);scroll-margin-top:4rem}
.child>div:target{outline:3px solid var(--link);border-radius:4px}
.wave{margin-top:1rem}
.fields{display:grid;gap:.6rem;margin-top:.5rem}
.whole{gap:.1rem}
.whole li{display:grid;grid-template-columns:minmax(12rem,2fr) 3fr;gap:1rem;border-bottom:1px solid var(--line);padding:.15rem 0}
.path{color:var(--muted)}
.side{display:grid;grid-template-columns:1.6rem 1fr;border-radius:4px;margin-top:.2rem;padding:.1rem .25rem}
.side>:first-child{text-align:center;font-weight:700}
.side.before{background:var(--delete-ground)}
.side.before>:first-child{color:var(--delete-text)}
.side.after{background:var(--create-ground)}
.side.after>:first-child{color:var(--create-text)}
mark{color:inherit;border-radius:3px}
.before mark{background:var(--marked-before)}
.after mark{background:var(--marked-after)}
.later,.secret{border:1px dashed var(--muted);border-radius:4px;padding:0 .3rem;color:var(--muted);background:var(--ground)}
pre{margin:.2rem 0 0;border:1px solid var(--line);border-radius:6px;padding:.25rem 0;white-space:pre-wrap;max-height:40rem;overflow:auto}
pre span{display:block;padding:0 .6rem 0 2rem;text-indent:-1.4rem;min-height:1.5em}
pre .before{background:var(--delete-ground)}
pre .after{background:var(--create-ground)}
pre .skipped{color:var(--muted);background:var(--panel)}
table{border-collapse:collapse;width:100%}
.scroll{overflow-x:auto}
th,td{text-align:left;vertical-align:top;padding:.4rem .75rem .4rem 0;border-bottom:1px solid var(--line)}
th{color:var(--muted);font-size:.85rem;font-weight:600}
td code{overflow-wrap:anywhere}
.notes li{padding:.25rem 0 .25rem 1rem;border-left:3px solid var(--line);margin:.4rem 0}
.node rect{fill:var(--g);stroke:var(--l);stroke-width:1.5}
.node text{fill:var(--text);font-family:inherit}
.node .name{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.node .what{fill:var(--t);font-weight:600}
.node.perhaps rect{stroke-dasharray:5 4}
a.node:hover rect,a.node:focus rect{stroke-width:3}
.edge{fill:none;stroke:var(--muted);stroke-width:1.25}
.tip{fill:var(--muted)}
.column{fill:var(--muted);font-weight:600}
@media (max-width:44rem){main,header,footer{padding-left:.8rem;padding-right:.8rem}
.within{padding:.1rem .6rem .8rem}
.whole li{grid-template-columns:1fr;gap:0}
.sign{min-width:0}}
@media print{.graph{overflow:visible}pre{max-height:none}}
@media (forced-colors:active){.sign,.chip,.side{border:1px solid}mark{background:Mark}}
`);
