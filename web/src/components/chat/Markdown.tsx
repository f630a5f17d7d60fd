import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import { isValidElement, type ReactNode } from 'react';
import ReactMarkdown, { type Components, type ExtraProps } from 'react-markdown';
import { useTranslation } from 'react-i18next';
import remarkGfm from 'remark-gfm';
import { CodeBlock } from '../CodeBlock';

/** Draws Markdown that anybody may have written: HTML in it stays text, and nothing is loaded from its addresses. */
export default function Markdown({ text }: { text: string }) {
  return (
    <ReactMarkdown remarkPlugins={plugins} components={components}>
      {text}
    </ReactMarkdown>
  );
}

const plugins = [remarkGfm];

const components: Components = {
  a: ({ href, children }) => <OutwardLink href={href}>{children}</OutwardLink>,
  img: ({ src, alt = '' }) => <OutwardLink href={src}>{alt === '' ? src : alt}</OutwardLink>,
  pre: ({ children, node }) => (isValidElement(children) ? <Code node={node} /> : <pre>{children}</pre>),
};

function Code({ node }: { node: Element | undefined }) {
  const { t } = useTranslation('chat');
  return (
    <Box sx={{ my: 1.5 }}>
      <CodeBlock code={textOf(node).replace(/\n$/, '')} title={languageOf(node) ?? t('code')} what={t('theCode')} />
    </Box>
  );
}

function OutwardLink({ href, children }: { href: string | undefined; children: ReactNode }) {
  if (!href) return <>{children}</>;
  return (
    <Link href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </Link>
  );
}

type Element = NonNullable<ExtraProps['node']>;
type HastNode = Element | Element['children'][number];

function textOf(node: HastNode | undefined): string {
  if (!node) return '';
  if (node.type === 'text') return node.value;
  return node.type === 'element' ? node.children.map(textOf).join('') : '';
}

function languageOf(node: Element | undefined): string | undefined {
  const [code] = node?.children ?? [];
  const names = code?.type === 'element' ? code.properties.className : undefined;
  const name = Array.isArray(names) ? names.map(String).find((each) => each.startsWith('language-')) : undefined;
  return name?.slice('language-'.length);
}
