/** The look of the reference page: legible on a phone, dark where the reader wants it. */
export const STYLE = `
:root { color-scheme: light dark; --back: #fff; --ink: #1c1c1c; --soft: #f2f2ef; --line: #d8d8d2; --link: #0b57a4; }
@media (prefers-color-scheme: dark) {
  :root { --back: #16171a; --ink: #e6e6e3; --soft: #222428; --line: #3a3d43; --link: #8ab8f0; }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0 auto; max-width: 64rem; padding: 1rem; background: var(--back); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
a { color: var(--link); text-decoration: none; }
a:hover, a:focus { text-decoration: underline; }
p a, td a { text-decoration: underline; }
h1 small { font-weight: normal; opacity: .7; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
nav h2 { margin: 1rem 0 .25rem; font-size: 1rem; border: 0; }
nav ul { margin: 0; padding-left: 1.25rem; }
section { margin: 2rem 0; }
code, pre { font: .9em/1.45 ui-monospace, monospace; }
code { background: var(--soft); padding: .1em .25em; border-radius: .2em; }
pre { background: var(--soft); padding: .75rem; border-radius: .3rem; white-space: pre-wrap; }
pre code { padding: 0; }
table { width: 100%; border-collapse: collapse; margin: .75rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .5rem; border-bottom: 1px solid var(--line);
  overflow-wrap: break-word; }
td:last-child { overflow-wrap: anywhere; }
:target { outline: 2px solid var(--link); outline-offset: .25rem; }
@media (max-width: 40rem) {
  thead { position: absolute; left: -999rem; }
  tr { display: block; padding: .5rem 0; border-bottom: 1px solid var(--line); }
  td { display: block; padding: .1rem 0; border: 0; }
}
`;
