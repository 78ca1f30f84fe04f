import { PRINT_STYLE } from './print-style.ts';

/** Colours have a contrast of 4.5 to 1 at the least, in both themes. */
const SCREEN_STYLE = `
:root{color-scheme:light dark;--page:#fff;--panel:#f6f7f9;--line:#d9dde3;--text:#1b2027;--dim:#586069;--link:#0b57d0;
--bar:#4873b8;--part:#c2571a;--mark:#fdeeb5;--mark-text:#4d3800;--good:#17663a;--good-page:#e2f3e8;--warn:#7a4b00;--warn-page:#fcf0d6;
--bad:#a3161f;--bad-page:#fbe5e5;--code:#eef0f3}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){--page:#14171b;--panel:#1c2026;--line:#363c45;--text:#e4e7eb;--dim:#a3abb6;
--link:#8ab4f8;--bar:#6f9be0;--part:#e98a4b;--mark:#4f4210;--mark-text:#fbe9ac;--good:#7fd6a2;--good-page:#16321f;--warn:#f0c26e;
--warn-page:#3a2c0e;--bad:#ff9d9d;--bad-page:#431b1d;--code:#262b32}}
:root[data-theme=dark]{color-scheme:dark;--page:#14171b;--panel:#1c2026;--line:#363c45;--text:#e4e7eb;--dim:#a3abb6;--link:#8ab4f8;
--bar:#6f9be0;--part:#e98a4b;--mark:#4f4210;--mark-text:#fbe9ac;--good:#7fd6a2;--good-page:#16321f;--warn:#f0c26e;--warn-page:#3a2c0e;
--bad:#ff9d9d;--bad-page:#431b1d;--code:#262b32}
:root[data-theme=light]{color-scheme:light}
*{box-sizing:border-box}
html{scroll-padding-top:1rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}
.page{max-width:78rem;margin:0 auto;padding:1.25rem 1rem 4rem}
a{color:var(--link)}
a.skip{position:absolute;left:-999rem}
a.skip:focus{position:static}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
header.top{border-bottom:1px solid var(--line);padding-bottom:1rem}
.bar-top{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;justify-content:space-between}
.tool{color:var(--dim);font-size:.9rem;margin:0}
.tool b{color:var(--text);letter-spacing:.01em}
h1{font-size:1.55rem;line-height:1.3;margin:.6rem 0 .5rem;font-weight:650}
h2{font-size:1.25rem;margin:2.25rem 0 .75rem;padding-bottom:.3rem;border-bottom:1px solid var(--line)}
h3{font-size:1.05rem;margin:1.25rem 0 .5rem}
h4{font-size:.95rem;margin:1.25rem 0 .5rem}
h5{font-size:.95rem;font-weight:500;margin:0 0 .5rem}
p,ul,ol{margin:.4rem 0}
ul,ol{padding-left:1.3rem}
.dim{color:var(--dim);font-size:.92em}
code,pre,.value{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.88em}
code{background:var(--code);border-radius:4px;padding:.08em .3em}
pre{background:var(--code);border-radius:6px;padding:.6rem .8rem;white-space:pre-wrap;margin:.5rem 0}
pre code{background:none;padding:0}
code.code{font-weight:400;color:var(--dim);background:none}
.value{white-space:pre-wrap}
.null{color:var(--dim);font-style:italic}
mark{background:var(--mark);color:var(--mark-text);border-radius:2px;padding:0 .1em}
mark .null{color:inherit}
mark.lacking{display:inline-block;width:.3em;height:1em;padding:0;background:var(--part);vertical-align:text-bottom}
.badge{display:inline-block;border-radius:999px;padding:.05rem .6rem;font-size:.82rem;font-weight:600;white-space:nowrap;border:1px solid currentColor}
.good{color:var(--good);background:var(--good-page)}
.warn{color:var(--warn);background:var(--warn-page)}
.bad{color:var(--bad);background:var(--bad-page)}
.plain.badge{color:var(--dim);background:none}
.facts{display:flex;flex-wrap:wrap;gap:.35rem 1.75rem;margin:.5rem 0}
.facts div{min-width:0}
.facts dt{color:var(--dim);font-size:.82rem}
.facts dd{margin:0}
.next{margin-top:.75rem}
.command{display:flex;align-items:flex-start;gap:.5rem;background:var(--code);border-radius:6px;padding:.5rem .75rem;margin:.35rem 0;max-width:60rem}
.command code{background:none;padding:0;flex:1;min-width:0;white-space:pre-wrap}
nav.contents{margin:1rem 0 0}
nav.contents ul{list-style:none;padding:0;margin:0;display:flex;flex-wrap:wrap;gap:.35rem 1.1rem}
.tools{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:end;background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:.6rem .8rem;margin-top:1rem}
.tools label{font-size:.88rem}
.tools .grow{flex:1 1 14rem}
.tools input[type=search]{display:block;width:100%;margin-top:.15rem}
.tools output{flex-basis:100%;color:var(--dim);font-size:.88rem}
.tools output:empty{display:none}
input,select,button{font:inherit;font-size:.9rem;color:inherit;background:var(--page);border:1px solid var(--dim);border-radius:6px;padding:.3rem .6rem;max-width:100%}
button{cursor:pointer}
.findings{list-style:none;padding:0;display:grid;gap:.75rem}
.finding{border:1px solid var(--line);border-radius:8px;padding:.75rem 1rem;background:var(--panel)}
.finding h3{margin:0 0 .35rem}
.finding p{white-space:pre-line}
.about{color:var(--dim);font-size:.92em}
.fix{display:flex;gap:.6rem}
.fix .label{font-weight:600;flex:none}
.scroll{overflow-x:auto;margin:.5rem 0 1rem}
table{border-collapse:collapse;font-size:.92rem;overflow-wrap:normal}
caption{text-align:left;color:var(--dim);padding:.2rem 0 .4rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .75rem .4rem 0;border-bottom:1px solid var(--line)}
tbody th{font-weight:500}
thead th{color:var(--dim);font-size:.86rem;font-weight:600;white-space:nowrap}
thead td{border-bottom:1px solid var(--line)}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
table.data,table.timeline{width:100%}
table.data td,table.data tbody th{min-width:5rem;max-width:38rem;overflow-wrap:anywhere}
table.data td.number{min-width:0}
th button{font-weight:inherit;font-size:inherit;color:inherit;background:none;border:0;padding:.1rem 0;white-space:nowrap}
th[aria-sort] button::after{content:" \\2195";content:" \\2195" / "";opacity:.55}
th[aria-sort=ascending] button::after{content:" \\2191";content:" \\2191" / "";opacity:1}
th[aria-sort=descending] button::after{content:" \\2193";content:" \\2193" / "";opacity:1}
.rule{border-left:3px solid var(--line);padding-left:1rem;margin:1.5rem 0}
.rule>h3{margin-top:0}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1rem 2.5rem;align-items:start}
.charts>*{min-width:0}
.charts .wide{grid-column:1/-1}
table.bars{width:100%}
table.bars th,table.bars td{border:0;padding:.18rem .75rem .18rem 0;vertical-align:middle}
table.bars tbody th{overflow-wrap:anywhere;min-width:8rem;max-width:16rem}
.drawn{width:34%;min-width:4rem;padding-right:0!important}
.drawn svg{display:block;width:100%;height:.8rem;border-radius:2px}
rect.bar{fill:var(--bar)}
rect.part{fill:var(--part)}
figure.columns{margin:.5rem 0}
figure.columns figcaption{color:var(--dim);font-size:.92rem;margin-bottom:.3rem}
.plot{border-left:1px solid var(--line);padding-left:.4rem;position:relative}
.plot svg{display:block;width:100%;height:10rem;border-bottom:1px solid var(--dim)}
.plot .most{color:var(--dim);font-size:.82rem;border-bottom:1px dashed var(--line);display:block}
.plot .axis{display:flex;justify-content:space-between;color:var(--dim);font-size:.82rem}
details{margin:.4rem 0}
summary{cursor:pointer;color:var(--link)}
.group{border:1px solid var(--line);border-radius:8px;padding:.75rem 1rem;margin:.75rem 0}
.group .scroll{margin:0}
.group h5 .count{color:var(--warn);font-weight:600;white-space:nowrap}
table.copies td{max-width:26rem;min-width:6rem;overflow-wrap:anywhere}
table.copies tbody th{color:var(--dim);white-space:nowrap}
.survivor{color:var(--good)}
.differs{display:inline-block;width:1em;color:var(--part);font-weight:700}
td.other{background:color-mix(in srgb,var(--mark) 35%,transparent)}
.steps{list-style:decimal}
.steps li{margin:.35rem 0}
tr.waiting th{color:var(--warn)}
tr.section th{font-weight:650}
footer{margin-top:3rem;border-top:1px solid var(--line);padding-top:.75rem;color:var(--dim);font-size:.88rem}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
[hidden]{display:none!important}
@media (max-width:36rem){table.bars thead th{white-space:normal}.drawn{min-width:2.5rem}body{font-size:15px}.rule{padding-left:.6rem}.group{padding:.6rem .7rem}h1{font-size:1.3rem}table.copies tbody th{white-space:normal;min-width:6rem}}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
`;

export const PAGE_STYLE = SCREEN_STYLE + PRINT_STYLE;
