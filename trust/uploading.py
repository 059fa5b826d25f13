"""How much a request may carry: a file beyond the limit is let go while it arrives, and the page can say so."""

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

MEGABYTE = 1024 * 1024
LARGEST = 10 * MEGABYTE
NOT_EVEN_READ = 100 * MEGABYTE


class AtMost(FileUploadHandler):
    """The first of FILE_UPLOAD_HANDLERS. Past the limit it drops the file and sets `request.file_too_large`.

    The rest of the body is read and thrown away, so that the browser hears the answer; a body that nobody
    sends by accident is not even read (RequestDataTooBig, answered with 400).
    """

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):  # noqa: N803
        if content_length > NOT_EVEN_READ:
            raise RequestDataTooBig("The request body is larger than any form of this site takes.")

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.size = 0

    def receive_data_chunk(self, raw_data, start):
        self.size += len(raw_data)
        if self.size > LARGEST:
            self.request.file_too_large = True
            raise SkipFile
        return raw_data

    def file_complete(self, file_size):
        return None
