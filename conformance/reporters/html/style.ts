/** The look of the page. No image, no font, no address: it works from a file without a network. */
export const style = `
:root{color-scheme:light dark;--back:#fff;--panel:#f5f6f8;--text:#16191d;--quiet:#545b66;--line:#d5d9e0;--link:#0b57d0;--good:#1a6f37;--bad:#b3261e;--open:#7a5200;--mark:#fff3c4}
@media (prefers-color-scheme:dark){:root{--back:#14171b;--panel:#1d2127;--text:#e7eaee;--quiet:#a4adb8;--line:#3a414b;--link:#8ab4f8;--good:#6fcf8d;--bad:#ff8a80;--open:#f0c050;--mark:#4a3f12}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--text);font:16px/1.5 system-ui,sans-serif}
main,header{max-width:90rem;margin:0 auto;padding:0 1rem}
h1{font-size:1.6rem;line-height:1.25;margin:1.25rem 0 .25rem}
h2{font-size:1.25rem;margin:2rem 0 .5rem}
h3{font-size:1.05rem;margin:1.5rem 0 .5rem;overflow-wrap:anywhere}
h2,section{scroll-margin-top:6rem}
a{color:var(--link)}
a:focus-visible,summary:focus-visible,input:focus-visible,select:focus-visible,button:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-999rem}.skip:focus{left:1rem;top:.5rem;background:var(--back);padding:.5rem}
.quiet{color:var(--quiet)}
.pass{color:var(--good)}.fail,.error{color:var(--bad)}.inconclusive,.unreachable,.known,.warn{color:var(--open)}.unsupported{color:var(--quiet)}
.verdict{font-weight:600;white-space:nowrap}
.facts{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;margin:.25rem 0 1rem;padding:0;list-style:none}
.problem{border-left:4px solid var(--bad);background:var(--panel);padding:.5rem .75rem;margin:.5rem 0;overflow-wrap:anywhere}
.wide{overflow-x:auto;border:1px solid var(--line);border-radius:6px}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid var(--line)}
thead th{background:var(--panel);white-space:nowrap}
tbody tr:last-child>*{border-bottom:0}
tbody th{font-weight:400}
.number{text-align:right;font-variant-numeric:tabular-nums}
form.filter{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:end;background:var(--back);border-bottom:1px solid var(--line);padding:.6rem 0}
form.filter label{display:grid;font-size:.85rem;color:var(--quiet)}
form.filter .search{flex:1 1 14rem}
input,select,button{font:inherit;color:inherit;background:var(--panel);border:1px solid var(--quiet);border-radius:6px;padding:.35rem .5rem;min-height:2.5rem}
[hidden]{display:none!important}
details{border:1px solid var(--line);border-radius:6px;margin:.6rem 0;background:var(--back)}
summary{padding:.6rem .75rem;cursor:pointer;overflow-wrap:anywhere}
details[open]>summary{border-bottom:1px solid var(--line)}
.inside{padding:.25rem .75rem .75rem}
.check{margin:.75rem 0}
.sides{display:grid;grid-template-columns:1fr 1fr;gap:.75rem}
.sides>*{min-width:0}
h4{margin:.75rem 0 .25rem;font-size:.9rem;color:var(--quiet)}
pre,code{font:13px/1.45 ui-monospace,Consolas,monospace}
pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere;background:var(--panel);border-radius:6px;padding:.5rem .6rem}
pre.line{user-select:all}
dl.diagnosis{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;background:var(--panel);border-radius:6px;padding:.6rem .75rem;margin:.5rem 0}
dl.diagnosis dt{font-weight:600}dl.diagnosis dd{margin:0}
.trace{table-layout:fixed;font:13px/1.45 ui-monospace,Consolas,monospace}
.trace td{overflow-wrap:anywhere}
.trace .ms{width:5.5rem}.trace .step{width:8rem}
.trace .upstream{background:var(--panel)}
@media (max-width:45rem){
.sides{grid-template-columns:1fr}
dl.diagnosis{grid-template-columns:1fr}dl.diagnosis dd{margin-bottom:.4rem}
form.filter{position:static}
.trace thead{position:absolute;left:-999rem}
.trace,.trace tbody,.trace tr,.trace td{display:block;width:auto!important}
.trace tr{border-bottom:1px solid var(--line);padding:.3rem .5rem}
.trace td{border:0;padding:0}.trace td:empty{display:none}
.trace td[data-of]::before{content:attr(data-of) " ";color:var(--quiet)}
}
@media print{form.filter{display:none}details{break-inside:avoid}}
`;
