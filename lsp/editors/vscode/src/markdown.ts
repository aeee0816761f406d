// Fenced blocks of policies in the preview of Markdown, which knows no grammars of editors.

interface MarkdownIt {
  options: {highlight?: ((text: string, language: string, attributes: string) => string) | null};
}

const kToken = /(#[^\n]*)|(^[ \t]*DEFAULT\b|\b(?:op|action|policy_name|policy_version)(?==))|(\bALLOW\b)|(\bDENY\b)|(\b[\w-]+(?==))|([&<>])/gm;
const kClasses = ['hljs-comment', 'hljs-keyword', 'ipe-allow', 'ipe-deny', 'hljs-attr'];
const kEscapes: Record<string, string> = {'&': '&amp;', '<': '&lt;', '>': '&gt;'};

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (one) => kEscapes[one] ?? one);
}

export function colored(policy: string): string {
  return policy.replace(kToken, (word: string, ...groups: (string | undefined)[]) => {
    const kind = kClasses[groups.slice(0, 5).findIndex((one) => one !== undefined)];
    return kind ? `<span class="${kind}">${escaped(word)}</span>` : escaped(word);
  });
}

export function extendMarkdownIt<Engine extends MarkdownIt>(engine: Engine): Engine {
  const others = engine.options.highlight;
  engine.options.highlight = (text, language, attributes) =>
    /^ipe$/i.test(language) ? colored(text) : others?.(text, language, attributes) ?? '';
  return engine;
}
