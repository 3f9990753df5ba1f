"""Tokens: one's own, and for administrators those of tools. A secret is shown once, in the answer that made it."""

from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from changes import permissions
from changes.actions import token as actions
from changes.choices import Scope
from changes.exceptions import Refusal
from changes.models import ApiToken, User
from changes.selectors.token import tokens_of, tools
from changes.web.refusal import status_of, tell, words
from changes.web.request import Request


class TokenForm(forms.Form):
    account = forms.CharField(widget=forms.Select)
    name = forms.CharField(max_length=80)
    scopes = forms.MultipleChoiceField(choices=Scope.choices(), widget=forms.CheckboxSelectMultiple)
    days = forms.IntegerField(min_value=1, max_value=actions.LONGEST_DAYS)


class ToolForm(forms.Form):
    username = forms.CharField(max_length=150)
    name = forms.CharField(max_length=150, required=False)


def _shown(request: Request, *, form: forms.Form | None = None, tool_form: forms.Form | None = None, **more: object) -> dict[str, object]:
    """What the page shows: the accounts whose tokens this person keeps, and the two forms as they were typed."""
    at = timezone.now()
    kept: Sequence[User] = tools(at=at) if permissions.can_set_up(request.user) else ()
    usual = {"account": request.user.username, "scopes": [Scope.READ], "days": 90}
    return {
        "own": tokens_of(request.user, at=at),
        "tools": kept,
        "keeps_tools": permissions.can_set_up(request.user),
        "form": form or TokenForm(initial=usual),
        "scopes": permissions.scopes_for(request.user),
        "tool_form": tool_form or ToolForm(),
        "longest": actions.LONGEST_DAYS,
        **more,
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def token_list(request: Request) -> HttpResponse:
    """A GET lists the tokens; a POST makes one and shows its secret, this once."""
    if request.method != "POST":
        return render(request, "changes/token_list.html", _shown(request))
    form = TokenForm(request.POST)
    if not form.is_valid():
        return render(request, "changes/token_list.html", _shown(request, form=form), status=400)
    try:
        token, secret = _made(request, form)
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, words(refusal))
        return render(request, "changes/token_list.html", _shown(request, form=form), status=status_of(refusal))
    return render(request, "changes/token_list.html", _shown(request, made=token, secret=secret))


def _made(request: Request, form: TokenForm) -> tuple[ApiToken, str]:
    typed = form.cleaned_data
    account = get_object_or_404(User, username=typed["account"], is_active=True)
    scopes = [Scope(word) for word in typed["scopes"]]
    return actions.create(account, name=typed["name"], scopes=scopes, days=typed["days"], actor=request.user, at=timezone.now())


@require_POST
def token_revoke(request: Request, digest: str) -> HttpResponse:
    token = get_object_or_404(ApiToken.objects.select_related("user"), pk=digest)
    try:
        actions.revoke(token, actor=request.user, at=timezone.now())
        messages.success(request, f"“{token.name}” is revoked; whatever still uses it is refused from now on.")
    except Refusal as refusal:
        tell(request, refusal)
    return redirect("token-list")


@require_POST
def tool_add(request: Request) -> HttpResponse:
    """An administrator makes an account for a tool."""
    form = ToolForm(request.POST)
    if not form.is_valid():
        return render(request, "changes/token_list.html", _shown(request, tool_form=form), status=400)
    try:
        tool = actions.add_tool(form.cleaned_data["username"], form.cleaned_data["name"], actor=request.user, at=timezone.now())
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, words(refusal))
        return render(request, "changes/token_list.html", _shown(request, tool_form=form), status=status_of(refusal))
    messages.success(request, f"“{tool.username}” is there; make it a token below.")
    return redirect("token-list")
