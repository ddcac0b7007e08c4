// The chain through the generated TypeScript client: test_generated_clients checks these lines with tsc's checker.
import {
  Aspect, Configuration, CreatorApi, EditingApi, GenerationApi, JobsApi, JobState, LibraryApi, PostState, PromiseState,
  PublishingApi, ReframeMode,
} from "./client/index.ts";
import type { Clip, EditDocument, Event, Post } from "./client/index.ts";

async function signedIn(server: Configuration, phone: string, code: string): Promise<string> {
  const creator = new CreatorApi(server);
  const asked = await creator.requestSignInCode({ addressRequest: { phone } });
  const session = await creator.signIn({ loginRequest: { phone, code, requestId: asked.requestId } });
  return session.token;
}

function told(event: Event): string {
  switch (event.kind) {
    case "failed":
      return event.data.error.detail;
    case "step":
      return `${event.data.label} ${event.data.done}/${event.data.total}, ${Math.round(100 * event.data.share)} %`;
    case "queued":
      return event.data.detail ?? "queued";
    case "preview":
      return `data:image/jpeg;base64,${event.data.jpeg}`;
    default:
      return event.kind;
  }
}

async function generated(server: Configuration, prompt: string): Promise<Clip> {
  const made = await new GenerationApi(server).createGeneration({ generationRequest: { prompt, seconds: 2 } });
  const clip: Clip = made.clip;
  if (clip.state !== PromiseState.Pending || clip.job === null) throw new Error("promised with a job");
  const job = await new JobsApi(server).getJob({ id: clip.job.id });
  if (job.state === JobState.Failed && job.error) throw new Error(job.error.detail);
  const share: number = job.progress.share;
  const left: number | null = job.remainingSeconds;
  const page = await new JobsApi(server).streamJobEvents({ id: job.id, after: 0 });
  console.log(share, left, page?.events.map(told));
  return clip;
}

async function edited(server: Configuration, clip: Clip): Promise<Clip> {
  const document: EditDocument = {
    version: 1,
    canvas: { aspect: Aspect._916 },
    clips: [{ clip: clip.id, end: 1, effects: [{ name: "brightness", amount: 0.2 }], reframe: { mode: ReframeMode.Blur } }],
  };
  const editing = new EditingApi(server);
  const draft = await editing.createDraft({ newDraftRequest: { document, title: "half" } });
  return await editing.renderDraft({ id: draft.id });
}

export async function chain(server: Configuration, phone: string, code: string): Promise<Post> {
  const accessToken = await signedIn(server, phone, code);
  const mine = new Configuration({ accessToken });
  const clip = await edited(mine, await generated(mine, "端午节日气氛,赛龙舟"));
  const publishing = new PublishingApi(mine);
  const post = await publishing.publishPost({ publishRequest: { clip: clip.id, tags: ["端午"] } });
  const tags: string[] = post.tags;
  const liked: boolean = (await publishing.unlikePost({ id: post.id })).liked;
  const ready = await new LibraryApi(mine).listClips({});
  console.log(tags, liked, ready.results.length, post.state === PostState.Published);
  return post;
}
