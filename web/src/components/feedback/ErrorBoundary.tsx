import { Component, type ReactNode } from 'react';
import { BrokenPanel } from './BrokenPanel';

interface ErrorBoundaryProps {
  children: ReactNode;
  /** When this changes, the panel is tried again: another page, another object. */
  resetKey?: string;
}

interface ErrorBoundaryState {
  error?: unknown;
  resetKey?: string;
}

/** Keeps a fault in one panel or page from taking the rest of the console with it. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { resetKey: this.props.resetKey };

  static getDerivedStateFromError(error: unknown): ErrorBoundaryState {
    return { error };
  }

  static getDerivedStateFromProps(props: ErrorBoundaryProps, state: ErrorBoundaryState): ErrorBoundaryState | null {
    return props.resetKey === state.resetKey ? null : { error: undefined, resetKey: props.resetKey };
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    return <BrokenPanel error={this.state.error} onRetry={() => this.setState({ error: undefined })} />;
  }
}
