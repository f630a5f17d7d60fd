import { Component, type ReactNode } from 'react';
import { BrokenPanel } from './BrokenPanel';

interface ErrorBoundaryProps {
  children: ReactNode;
  /** When this changes, the panel is tried again: another page, another object. */
  resetKey?: string;
}

interface ErrorBoundaryState {
  /** Apart from what was thrown, which may be nothing: drawn again and again, that would empty the whole page. */
  failed: boolean;
  error?: unknown;
  resetKey?: string;
}

/** Keeps a fault in one panel or page from taking the rest of the console with it. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { failed: false, resetKey: this.props.resetKey };

  static getDerivedStateFromError(error: unknown): Partial<ErrorBoundaryState> {
    return { failed: true, error };
  }

  static getDerivedStateFromProps(props: ErrorBoundaryProps, state: ErrorBoundaryState): ErrorBoundaryState | null {
    return props.resetKey === state.resetKey ? null : { failed: false, error: undefined, resetKey: props.resetKey };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return <BrokenPanel error={this.state.error} onRetry={() => this.setState({ failed: false, error: undefined })} />;
  }
}
