import { describe, expect, test } from "@jest/globals";
import { parse } from "content-disposition";
import fc from "fast-check";
import { servedFile } from "../../../lambdas/http/served-file.ts";

const served = (contentType: string | undefined, fileName: string | undefined) =>
  servedFile({ contentType, fileName });
const endingOf = (path: string) => path.slice(path.indexOf(".") + 1);

describe("a file that is served", () => {
  test.each([
    { type: "image/jpeg", name: undefined, ending: "jpg", contentType: "image/jpeg" },
    { type: "image/jpeg", name: "photo.JPEG", ending: "jpg", contentType: "image/jpeg" },
    { type: "audio/ogg; codecs=opus", name: undefined, ending: "ogg", contentType: "audio/ogg" },
    { type: undefined, name: "file_7.oga", ending: "ogg", contentType: "audio/ogg" },
    { type: "application/octet-stream", name: "a.mp4", ending: "mp4", contentType: "video/mp4" },
    { type: "application/x-tgsticker", name: "a.tgs", ending: "tgs" },
    { type: "text/html", name: "a.html", ending: "html" },
    { type: undefined, name: "README", ending: "bin", contentType: "application/octet-stream" },
    { type: undefined, name: "a.qqq", ending: "qqq", contentType: "application/octet-stream" },
    {
      type: undefined,
      name: "a.longending",
      ending: "bin",
      contentType: "application/octet-stream",
    },
    { type: undefined, name: "a.йцу", ending: "bin", contentType: "application/octet-stream" },
    { type: "no type", name: undefined, ending: "bin", contentType: "application/octet-stream" },
    {
      type: "a/b\r\nset-cookie: c",
      name: undefined,
      ending: "bin",
      contentType: "application/octet-stream",
    },
  ])("$type called $name ends in $ending", ({ type, name, ending, contentType }) => {
    const file = served(type, name);

    expect(endingOf(file.path)).toBe(ending);
    expect(file.contentType).toBe(contentType ?? type);
  });

  test.each(["image/jpeg", "image/webp", "audio/ogg", "video/mp4", "VIDEO/MP4"])(
    "%s is shown inline",
    (type) => {
      expect(served(type, "name.bin").contentDisposition).toBe("inline");
    },
  );

  test.each([
    "text/html",
    "image/svg+xml",
    "Image/SVG+XML; charset=utf-8",
    "application/xhtml+xml",
    "text/xml",
    "text/javascript",
    "application/pdf",
    "application/zip",
    "text/plain",
    "audio/x-svg",
    "image/xhtml",
    "audio/hta",
    "video/unheard-of",
    "image/",
    undefined,
  ])("%s is always a download", (type) => {
    expect(served(type, "name").contentDisposition).toMatch(
      /^attachment; filename=file\.[a-z0-9]+; filename\*=UTF-8''name$/,
    );
    expect(served(type, undefined).contentDisposition).toBe("attachment");
  });

  test.each([
    { name: "Договор (1).docx", kept: "Договор (1).docx" },
    { name: 'a"b;c\r\nd.doc', kept: 'a"b;cd.doc' },
    { name: "../../etc/passwd", kept: ".._.._etc_passwd" },
    { name: "exe.\u202Efdp.doc", kept: "exe.fdp.doc" },
    { name: "it's*100%41.doc", kept: "it's*100%41.doc" },
    { name: "\ud800.doc", kept: "\ufffd.doc" },
  ])("its name is kept without its harmful parts: $kept", ({ name, kept }) => {
    const { type, parameters } = parse(served(undefined, name).contentDisposition);

    expect({ type, filename: parameters["filename"] }).toEqual({
      type: "attachment",
      filename: kept,
    });
  });

  test("its name in other letters has a plain form for old programs", () => {
    expect(served(undefined, "Договор.docx").contentDisposition).toMatch(
      /^attachment; filename=file\.docx; filename\*=UTF-8''%D0%94/,
    );
  });

  test("it has a plain path and one-line headers for any name and type", () => {
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }));
    fc.assert(
      fc.property(fc.option(text, { nil: undefined }), fc.array(text), (type, names) => {
        const file = served(type, names.join("."));

        expect(file.path).toMatch(/^[A-Za-z0-9_-]{43}\.[a-z0-9]{1,5}$/);
        expect(file.contentType).toMatch(/^[\x21-\x7e]+\/[\x21-\x7e]+$/);
        expect(file.contentDisposition).toMatch(/^(?:inline|attachment)[\x20-\x7e]*$/);
      }),
    );
  });

  test("the longest name fits into a header, with its extension", () => {
    const { contentDisposition } = served(undefined, `${"😀".repeat(5000)}.docx`);

    expect(contentDisposition).toMatch(/\.docx$/);
    expect(contentDisposition.length).toBeLessThan(2048);
  });
});
