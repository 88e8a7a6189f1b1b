import { dark, light, variablesOf } from './palette.ts';

/** The style sheet: the page looks like paper, on a screen as well. */
export const style = `
:root{color-scheme:light dark;${variablesOf(light)};
--text:ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;
--title:ui-serif,Charter,"Iowan Old Style","Palatino Linotype",Georgia,"Noto Serif","Liberation Serif",serif}
@media screen and (prefers-color-scheme:dark){:root{${variablesOf(dark)}}}
@media print{:root{color-scheme:light;--paper:#fff}}
@media (forced-colors:active){:root{--ink:CanvasText;--muted:CanvasText;--hairline:GrayText;--blue:LinkText;--green:CanvasText}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0 auto;max-width:46rem;padding:3.5rem 1.25rem 4rem;background:var(--paper);color:var(--ink);
font:1rem/1.55 var(--text);font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
h1,h2{font-family:var(--title);font-weight:600;line-height:1.2;letter-spacing:-.01em;text-wrap:balance}
h1{font-size:2.1rem;margin:.2rem 0 1.4rem}
h2{font-size:1.4rem;margin:0 0 .5rem}
h3{font-size:.85rem;font-weight:600;margin:1.1rem 0 .1rem}
p{margin:0 0 .75rem}
section{margin-top:3.25rem}
.kicker{margin:0;color:var(--muted);font-size:.8rem;letter-spacing:.09em;text-transform:uppercase}
.lead,footer{color:var(--muted)}
.lead{max-width:40rem}
header dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(11rem,42%),1fr));gap:.9rem 1.5rem;margin:0;
padding:1rem 0;border-block:1px solid var(--hairline)}
dl,dd{margin:0}
dt{color:var(--muted);font-size:.8rem}
#verdict{font-size:1.75rem}
.verdict{font-size:1.1rem;white-space:pre-line}
table{border-collapse:collapse;width:100%;font-size:.9rem;overflow-wrap:break-word}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th,td{padding:.4rem .6rem .4rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--hairline)}
th{font-weight:400;color:var(--muted)}
thead th{font-size:.8rem}
tr>:last-child{padding-right:0}
.scroll{overflow-x:auto;position:relative}
.scroll:focus-visible,summary:focus-visible{outline:2px solid var(--blue);outline-offset:3px}
figure{margin:1rem 0 0;break-inside:avoid}
figure svg{display:block;width:100%;height:auto;overflow:visible}
svg text{font:12px var(--text);fill:var(--muted);font-variant-numeric:tabular-nums}
.start{text-anchor:start}.middle{text-anchor:middle}.end{text-anchor:end}
svg .strong{fill:var(--ink);font-weight:600}
svg .number{fill:var(--ink);font-size:11px}
svg path,svg circle{fill:none}
.grid{stroke:var(--hairline)}
.tick,.axis{stroke:var(--muted)}
.decision{stroke:var(--muted);stroke-dasharray:1 3}
circle.badge{fill:var(--paper);stroke:var(--muted)}
.line{stroke-width:1.75;stroke-linejoin:round}
.whisker{stroke-width:1}
.blue{stroke:var(--blue)}.green{stroke:var(--green)}
svg .blue .mark{fill:var(--blue);stroke:none}
svg .green .mark{fill:var(--paper);stroke-width:1.75}
.green .line{stroke-dasharray:5 3}
svg .columns{stroke:none}
svg .columns.blue{fill:var(--blue)}svg .columns.green{fill:var(--green)}
.requested{stroke:var(--ink);stroke-width:1.5}
.served{stroke:var(--green);stroke-width:4.5;stroke-linecap:round}
.evidence{stroke:var(--ink);stroke-width:1.75}
.threshold{stroke:var(--ink);stroke-dasharray:6 4}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.5rem;margin:0 0 .4rem;padding:0;list-style:none;font-size:.85rem}
.legend li{display:flex;align-items:center;gap:.5rem}
figure .legend svg{width:32px;flex:none}
.narrow{display:none!important}
details{margin-top:.5rem;font-size:.9rem}
summary{cursor:pointer;color:var(--muted);width:fit-content}
.decisions,.events{list-style:none;margin:0;padding:0}
.decisions>li{padding:1rem 0 1rem 2.4rem;border-top:1px solid var(--hairline);position:relative;break-inside:avoid}
.decisions .badge{position:absolute;left:0;top:1rem;width:1.55rem;height:1.55rem;border:1px solid var(--muted);
border-radius:50%;text-align:center;font-size:.8rem;line-height:1.45rem}
.decisions p{margin:0}
time{white-space:nowrap}
.by{color:var(--muted)}
blockquote{margin:.35rem 0 0;padding-left:.8rem;border-left:2px solid var(--hairline);font-family:var(--title);font-style:italic;
white-space:pre-line}
.decisions dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(13.5rem,1fr));gap:.5rem 1.5rem;margin-top:.6rem;
font-size:.85rem}
code{font:.95em ui-monospace,"Cascadia Mono","Liberation Mono",Menlo,monospace}
.events li{display:grid;grid-template-columns:auto auto 1fr;gap:.2rem .8rem;padding:.4rem 0;border-top:1px solid var(--hairline);font-size:.9rem}
.tag{color:var(--ink)}
.tag::before{content:"";display:inline-block;width:.7em;height:.7em;margin-right:.45em}
.tag.blue::before{background:var(--blue);border-radius:50%}
.tag.green::before{background:var(--green);clip-path:polygon(50% 0,100% 100%,0 100%)}
.notes{display:grid;gap:.7rem;font-size:.9rem}
.notes div{display:grid;grid-template-columns:6rem 1fr;gap:.2rem 1rem}
.notes dt{font-size:.9rem}
footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--hairline);font-size:.85rem}
@media (max-width:35rem){
body{padding:1.75rem .9rem 3rem}
h1{font-size:1.6rem}
#verdict{font-size:1.4rem}
.wide{display:none!important}
.narrow{display:block!important}
table{font-size:.82rem}
th,td{padding-right:.4rem}
.notes div{grid-template-columns:1fr}
section{margin-top:2.5rem}
}
@media print{
@page{margin:16mm}
body{max-width:none;padding:0;font-size:10pt}
section{margin-top:7mm}
.notes{gap:1mm}
h2,h3,.legend,.lead{break-after:avoid}
figure:has(h3){break-inside:auto}
figure svg,.lead,.notes div{break-inside:avoid}
details{display:none}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`;
